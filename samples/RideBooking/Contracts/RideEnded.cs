namespace Orchestrator.Contracts.Rides;

/// <summary>The passenger has got out. Nobody commands it: the driver's application says so, once.</summary>
/// <param name="RideId">The ride's id.</param>
/// <param name="Fare">What the ride finally costs; not more than was authorised.</param>
public sealed record RideEnded(Guid RideId, Money Fare) : IRideMessage;
