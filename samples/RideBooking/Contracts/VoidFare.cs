namespace Orchestrator.Contracts.Rides;

/// <summary>Undo of <see cref="AuthorizeFare"/>: let go of the hold; safe when there is none.</summary>
[SentTo(RideQueues.Fares)]
public sealed record VoidFare(Guid RideId, int Epoch) : IRideStep;

/// <summary>Nothing is held, and an authorisation of this epoch that comes later is refused.</summary>
public sealed record FareVoided(Guid RideId, int Epoch) : IRideStep;

/// <summary>The fare can't be voided: it was captured.</summary>
public sealed record FareVoidRefused(Guid RideId, int Epoch, string Reason) : IRideStep, IUndoRefusal;
