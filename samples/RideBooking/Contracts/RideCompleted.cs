namespace Orchestrator.Contracts.Rides;

/// <summary>The ride was taken and paid, and the passenger told: its saga is completed.</summary>
/// <param name="RideId">The ride's id.</param>
/// <param name="Fare">What the passenger paid.</param>
[PublicEvent]
public sealed record RideCompleted(Guid RideId, Money Fare) : IRideMessage;
