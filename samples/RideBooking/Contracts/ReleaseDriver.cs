namespace Orchestrator.Contracts.Rides;

/// <summary>Undo of <see cref="AssignDriver"/>: the driver may take another ride. It does no harm when there is no driver.</summary>
[SentTo(RideQueues.Drivers)]
public sealed record ReleaseDriver(Guid RideId, int Epoch) : IRideStep;

/// <summary>No driver is on the way. An assignment of this epoch that comes later is refused.</summary>
public sealed record DriverReleased(Guid RideId, int Epoch) : IRideStep;
