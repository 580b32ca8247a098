namespace Orchestrator.Contracts.Rides;

/// <summary>Undo of <see cref="AssignDriver"/>: the driver may go elsewhere; safe when there is none.</summary>
[SentTo(RideQueues.Drivers)]
public sealed record ReleaseDriver(Guid RideId, int Epoch) : IRideStep;

/// <summary>Nobody is on the way, and an assignment of this epoch that comes later is refused.</summary>
public sealed record DriverReleased(Guid RideId, int Epoch) : IRideStep;
