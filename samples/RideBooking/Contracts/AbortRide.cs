namespace Orchestrator.Contracts.Rides;

/// <summary>
/// Undo of <see cref="StartRide"/>: the passenger gets out and pays nothing. It does no harm when the ride never started.
/// </summary>
[SentTo(RideQueues.Drivers)]
public sealed record AbortRide(Guid RideId, int Epoch) : IRideStep;

/// <summary>The ride is not under way. The drivers refuse a start of this epoch that comes later.</summary>
public sealed record RideAborted(Guid RideId, int Epoch) : IRideStep;

/// <summary>The ride can't be aborted: it has ended, and the passenger has arrived.</summary>
public sealed record RideAbortRefused(Guid RideId, int Epoch, string Reason) : IRideStep, IUndoRefusal;
