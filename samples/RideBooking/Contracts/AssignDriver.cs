namespace Orchestrator.Contracts.Rides;

/// <summary>Find a driver and send him to the passenger.</summary>
[SentTo(RideQueues.Drivers)]
public sealed record AssignDriver(Guid RideId, int Epoch, string PickUp) : IRideStep;

/// <summary>A driver is on the way.</summary>
/// <param name="RideId">The ride's id.</param>
/// <param name="Epoch">The epoch of the command it answers.</param>
/// <param name="DriverId">Who drives.</param>
public sealed record DriverAssigned(Guid RideId, int Epoch, string DriverId) : IRideStep;

/// <summary>No driver is on the way: none is near, or the driver was released before the assignment came.</summary>
public sealed record DriverRefused(Guid RideId, int Epoch, string Reason) : IRideStep;
