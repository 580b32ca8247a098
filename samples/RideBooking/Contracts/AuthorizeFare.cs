namespace Orchestrator.Contracts.Rides;

/// <summary>Hold the highest possible fare on the passenger's account.</summary>
[SentTo(RideQueues.Fares)]
public sealed record AuthorizeFare(Guid RideId, int Epoch, string PassengerId, Money Fare) : IRideStep;

/// <summary>The fare is held.</summary>
public sealed record FareAuthorized(Guid RideId, int Epoch) : IRideStep;

/// <summary>Nothing is held: the passenger's bank declined, or the fare was voided before it was authorised.</summary>
public sealed record FareRefused(Guid RideId, int Epoch, string Reason) : IRideStep;
