using System.Collections.Concurrent;

namespace Orchestrator.Local.Faults;

/// <summary>How often a participant had a fault.</summary>
/// <param name="Participant">The participant.</param>
/// <param name="Fault">The fault.</param>
/// <param name="Count">How often. A redelivered command that meets the fault again counts again.</param>
public sealed record FaultCount(string Participant, Fault Fault, long Count);

/// <summary>The faults of a run so far. Any thread may count.</summary>
public sealed class FaultCounts
{
    readonly ConcurrentDictionary<(string, Fault), long> _counts = new();

    /// <summary>Counts one fault.</summary>
    public void Add(string participant, Fault fault) => _counts.AddOrUpdate((participant, fault), 1, (_, count) => count + 1);

    /// <summary>All participants with all faults, also those that did not happen.</summary>
    public IReadOnlyList<FaultCount> ToList() =>
    [
        .. from participant in Participants.All
           from fault in Enum.GetValues<Fault>()
           select new FaultCount(participant, fault, _counts.GetValueOrDefault((participant, fault))),
    ];
}
