namespace Orchestrator.Contracts.Rides;

/// <summary>The passenger has got out. This event answers no command: the driver's application publishes it, once.</summary>
/// <param name="RideId">The ride's id.</param>
/// <param name="Fare">The final fare, at most the amount that was authorised.</param>
public sealed record RideEnded(Guid RideId, Money Fare) : IRideMessage;
