using Orchestrator.Engine;

namespace Orchestrator.Hosting.Reconciliation;

/// <summary>What all books say about one saga.</summary>
/// <param name="SagaId">The saga.</param>
/// <param name="Entries">What they say, in any order.</param>
public sealed record SagaBooks(Guid SagaId, IReadOnlyList<LedgerEntry> Entries)
{
    /// <summary>The saga, or null if no saga has this id.</summary>
    public SagaEntry? Saga => Entries.OfType<SagaEntry>().FirstOrDefault();

    /// <summary>The dead letter that would have started the saga, or null if no dead letter would have.</summary>
    public DeadStartEntry? DeadStart => Entries.OfType<DeadStartEntry>().MinBy(entry => entry.Reason, StringComparer.Ordinal);

    /// <summary>Whether the saga waits for an operator, or ended before a time.</summary>
    public bool IsSettled(DateTimeOffset before) => Saga is { State: Lifecycle.Suspended } || Saga?.EndedAt < before;
}
