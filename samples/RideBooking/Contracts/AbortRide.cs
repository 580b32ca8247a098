namespace Orchestrator.Contracts.Rides;

/// <summary>Undo of <see cref="StartRide"/>: the passenger gets out and pays nothing; safe when the ride never started.</summary>
[SentTo(RideQueues.Drivers)]
public sealed record AbortRide(Guid RideId, int Epoch) : IRideStep;

/// <summary>Nobody is under way, and a start of this epoch that comes later is refused.</summary>
public sealed record RideAborted(Guid RideId, int Epoch) : IRideStep;

/// <summary>The ride can't be aborted: it has ended, the passenger is there.</summary>
public sealed record RideAbortRefused(Guid RideId, int Epoch, string Reason) : IRideStep, IUndoRefusal;
