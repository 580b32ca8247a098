namespace Orchestrator.Contracts.Rides;

/// <summary>Take the fare from the amount that is held, and release the rest.</summary>
/// <param name="RideId">The ride's id.</param>
/// <param name="Epoch">The step's epoch.</param>
/// <param name="Fare">What the ride cost.</param>
[SentTo(RideQueues.Fares)]
public sealed record CaptureFare(Guid RideId, int Epoch, Money Fare) : IRideStep;

/// <summary>The fare was captured.</summary>
public sealed record FareCaptured(Guid RideId, int Epoch) : IRideStep;

/// <summary>Nothing was captured: nothing is held, or less than the fare.</summary>
public sealed record FareCaptureRefused(Guid RideId, int Epoch, string Reason) : IRideStep;
