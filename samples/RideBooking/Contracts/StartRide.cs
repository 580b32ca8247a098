namespace Orchestrator.Contracts.Rides;

/// <summary>The passenger may get in.</summary>
/// <param name="RideId">The ride's id.</param>
/// <param name="Epoch">The step's epoch.</param>
/// <param name="Destination">Where to.</param>
[SentTo(RideQueues.Drivers)]
public sealed record StartRide(Guid RideId, int Epoch, string Destination) : IRideStep;

/// <summary>The ride is under way.</summary>
public sealed record RideStarted(Guid RideId, int Epoch) : IRideStep;

/// <summary>The ride is not under way: the driver declines, or the ride was aborted before it started.</summary>
public sealed record RideRefused(Guid RideId, int Epoch, string Reason) : IRideStep;
