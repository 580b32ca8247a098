namespace Orchestrator.Contracts.Rides;

/// <summary>A passenger wants a ride: starts its saga.</summary>
/// <param name="RideId">The ride's id; any UUID version.</param>
/// <param name="RideNumber">The number that people use.</param>
/// <param name="PassengerId">Who rides and pays.</param>
/// <param name="PickUp">Where the passenger waits.</param>
/// <param name="Destination">Where the passenger wants to go.</param>
/// <param name="Fare">The highest possible fare. It is held before the ride starts.</param>
public sealed record RideRequested(
    Guid RideId, string RideNumber, string PassengerId, string PickUp, string Destination, Money Fare) : IRideMessage;
