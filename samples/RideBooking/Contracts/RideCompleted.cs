namespace Orchestrator.Contracts.Rides;

/// <summary>The ride has ended and is paid, and the passenger has the receipt: its saga is completed.</summary>
/// <param name="RideId">The ride's id.</param>
/// <param name="Fare">What the passenger paid.</param>
[PublicEvent]
public sealed record RideCompleted(Guid RideId, Money Fare) : IRideMessage;
