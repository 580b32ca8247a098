using Orchestrator.Hosting.Commands;
using Orchestrator.Journal;

namespace Orchestrator.Hosting.Operations;

/// <summary>A saga that an operator means, as it stands.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Id">Its id.</param>
/// <param name="BusinessKey">The name that people know it by.</param>
/// <param name="State">Where it stands in its life.</param>
/// <param name="Step">The names of the awaited steps; absent when none is awaited.</param>
/// <param name="Version">How many transitions it has made.</param>
sealed record FoundSaga(ISagaKind Kind, Guid Id, string BusinessKey, string State, string? Step, long Version)
{
    /// <summary>Whether it is the same saga, wherever it stands.</summary>
    public bool IsSameAs(FoundSaga other) => (Kind.Name, Id) == (other.Kind.Name, other.Id);

    /// <summary>How people are told of it.</summary>
    public override string ToString() => $"{Id} ({CommandOptions.Printable(BusinessKey)})";
}
