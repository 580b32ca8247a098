namespace Orchestrator.Contracts.Rides;

/// <summary>The ride will not take place: no driver is on the way and no money is held. Its saga is cancelled.</summary>
/// <param name="RideId">The ride's id.</param>
/// <param name="RefusedStep">The step whose refusal cancelled the ride.</param>
/// <param name="Reason">What the participant or the passenger said.</param>
[PublicEvent]
public sealed record RideCancelled(Guid RideId, string RefusedStep, string Reason) : IRideMessage;
