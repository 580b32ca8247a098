namespace Orchestrator.Contracts.Rides;

/// <summary>Undo of <see cref="AuthorizeFare"/>: release the amount that is held. It does no harm when nothing is held.</summary>
[SentTo(RideQueues.Fares)]
public sealed record VoidFare(Guid RideId, int Epoch) : IRideStep;

/// <summary>Nothing is held. An authorisation of this epoch that comes later is refused.</summary>
public sealed record FareVoided(Guid RideId, int Epoch) : IRideStep;

/// <summary>The fare can't be voided: it was captured.</summary>
public sealed record FareVoidRefused(Guid RideId, int Epoch, string Reason) : IRideStep, IUndoRefusal;
