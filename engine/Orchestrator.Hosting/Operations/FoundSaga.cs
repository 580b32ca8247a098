using Orchestrator.Hosting.Commands;
using Orchestrator.Journal;

namespace Orchestrator.Hosting.Operations;

/// <summary>A saga that an operator has chosen, in its current state.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Id">Its id.</param>
/// <param name="BusinessKey">The name that people know it by.</param>
/// <param name="State">The state of its lifecycle.</param>
/// <param name="Step">The names of the awaited steps; null when none is awaited.</param>
/// <param name="Version">How many transitions it has made.</param>
sealed record FoundSaga(ISagaKind Kind, Guid Id, string BusinessKey, string State, string? Step, long Version)
{
    /// <summary>Whether it is the same saga, in any state.</summary>
    public bool IsSameAs(FoundSaga other) => (Kind.Name, Id) == (other.Kind.Name, other.Id);

    /// <summary>The saga's id and key, for people.</summary>
    public override string ToString() => $"{Id} ({CommandOptions.Printable(BusinessKey)})";
}
