using System.Collections.Concurrent;

namespace Orchestrator.Local.Faults;

/// <summary>How many faults of a kind befell a participant.</summary>
/// <param name="Participant">Who misbehaved.</param>
/// <param name="Fault">How.</param>
/// <param name="Count">How often; a command that comes again and meets it again counts again.</param>
public sealed record FaultCount(string Participant, Fault Fault, long Count);

/// <summary>The faults of a run so far, counted by any thread.</summary>
public sealed class FaultCounts
{
    readonly ConcurrentDictionary<(string, Fault), long> _counts = new();

    /// <summary>Counts one.</summary>
    public void Add(string participant, Fault fault) => _counts.AddOrUpdate((participant, fault), 1, (_, count) => count + 1);

    /// <summary>Every participant with every kind of fault, also those that did not happen.</summary>
    public IReadOnlyList<FaultCount> ToList() =>
    [
        .. from participant in Participants.All
           from fault in Enum.GetValues<Fault>()
           select new FaultCount(participant, fault, _counts.GetValueOrDefault((participant, fault))),
    ];
}
