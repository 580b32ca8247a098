namespace Orchestrator.Contracts.Rides;

/// <summary>Send the passenger the receipt. After the capture it can only succeed, sooner or later.</summary>
[SentTo(RideQueues.Passengers)]
public sealed record NotifyPassenger(Guid RideId, int Epoch, string PassengerId, Money Fare) : IRideStep;

/// <summary>The passenger has the receipt.</summary>
public sealed record PassengerNotified(Guid RideId, int Epoch) : IRideStep;
