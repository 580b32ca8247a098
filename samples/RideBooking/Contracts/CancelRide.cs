namespace Orchestrator.Contracts.Rides;

/// <summary>
/// Cancel the ride. The answer is <see cref="RideCancelled"/> once everything has been given back, or
/// <see cref="RideCancellationRefused"/> when it is too late. A ride that has not been requested yet is cancelled in advance.
/// </summary>
/// <param name="RideId">The ride's id.</param>
/// <param name="RequestedBy">Who wants to cancel: the passenger, or a person of the service.</param>
/// <param name="Reason">Why, for people.</param>
[SentTo(RideQueues.Commands)]
public sealed record CancelRide(Guid RideId, string RequestedBy, string Reason) : IRideMessage, ICancellation;

/// <summary>The ride goes on: it is too late to cancel it.</summary>
/// <param name="RideId">The ride's id.</param>
/// <param name="Reason">Why it is too late.</param>
[PublicEvent]
public sealed record RideCancellationRefused(Guid RideId, string Reason) : IRideMessage;
