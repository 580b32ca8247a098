using Orchestrator.Local.Faults;

namespace Orchestrator.Local.Runs;

/// <summary>Whoever carries orders to their ends, as a run sees it.</summary>
public interface IOrderCarrier
{
    /// <summary>Where the parties keep their state; absent when a run has no access to it.</summary>
    PartyDatabases? Databases { get; }

    /// <summary>Completes with a sentence about a message of which nobody can say what waits for it.</summary>
    Task<string> Breakdown { get; }

    /// <summary>The faults that participants in this process have met so far; absent when none are asked for.</summary>
    FaultCounts? InjectedFaults { get; }

    /// <summary>Drives again what an earlier process left under way, where that does not go on by itself.</summary>
    Task Recover(CancellationToken cancellationToken);

    /// <summary>Takes an order in, once there is room for it. Only one caller at a time may submit.</summary>
    /// <param name="order">The order.</param>
    /// <param name="reject">Told why the order can never be taken in, if so; by any thread, before the carrier is idle.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    Task Submit(Submission order, Action<string> reject, CancellationToken cancellationToken);

    /// <summary>Whether nothing is under way that would be lost with this process.</summary>
    Task<bool> IsIdle(CancellationToken cancellationToken);

    /// <summary>The orders that will not end by themselves, of this run or another, each with a sentence that says why.</summary>
    Task<IReadOnlyDictionary<Guid, string>> Stuck(CancellationToken cancellationToken);
}
