using Orchestrator.Local.Faults;

namespace Orchestrator.Local.Runs;

/// <summary>Takes orders from their submission to their end. A run uses it in the embedded host or on servers.</summary>
public interface IOrderCarrier
{
    /// <summary>The databases of the parties; null when the run has no access to them.</summary>
    PartyDatabases? Databases { get; }

    /// <summary>
    /// Completes when a message could not be handled and it is unknown which order waits for it. The result is a sentence.
    /// </summary>
    Task<string> Breakdown { get; }

    /// <summary>The faults of the participants in this process so far; null when the run makes no faults.</summary>
    FaultCounts? InjectedFaults { get; }

    /// <summary>Drives the orders again that an earlier process left under way, if they do not go on by themselves.</summary>
    Task Recover(CancellationToken cancellationToken);

    /// <summary>Submits an order, once there is room for it. Only one caller at a time may submit.</summary>
    /// <param name="order">The order.</param>
    /// <param name="reject">Gets the reason when the order can never be accepted. Any thread may call it, before the carrier is
    /// idle.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    Task Submit(Submission order, Action<string> reject, CancellationToken cancellationToken);

    /// <summary>True when this process has no work that would be lost with it.</summary>
    Task<bool> IsIdle(CancellationToken cancellationToken);

    /// <summary>The orders of this run or another that will not end by themselves, each with a sentence that says why.</summary>
    Task<IReadOnlyDictionary<Guid, string>> Stuck(CancellationToken cancellationToken);
}
