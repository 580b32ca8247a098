using Orchestrator.Contracts;
using Orchestrator.Engine;
using Orchestrator.Testing;
using Orchestrator.Tests.Unit.Sagas;

namespace Orchestrator.Tests.Unit.Engine;

public sealed record CancelTrip(Guid SagaId, string RequestedBy, string Reason) : ICancellation;

public sealed record TripCancellationRefused(Guid SagaId, string Reason) : ISagaMessage;

public sealed record PlaneLanded(Guid SagaId) : ISagaMessage;

/// <summary>A free trip: it has neither a pivot nor a limit for the whole saga, and few attempts.</summary>
public sealed class FreeTripSaga : StepSaga<Trip>
{
    public FreeTripSaga() : base("free-trip", version: 3)
    {
        StartedBy<TripRequested>(
            asked => new(asked.SagaId, asked.Traveller, asked.Flight), key: trip => trip.Traveller, violation: _ => null);

        Then(Compensatable<ReserveSeat>((trip, epoch) => new(trip.Id, epoch, trip.Flight))
            .CompletedBy<SeatReserved>()
            .RefusedBy<SeatRefused>(refusal => refusal.Reason)
            .UndoneBy<ReleaseSeat, SeatReleased>((trip, epoch) => new(trip.Id, epoch))
            .Within(TimeSpan.FromSeconds(90)).Attempted(1).UndoAttempted(2, firstPause: TimeSpan.FromMinutes(2)));

        Then(Await<PlaneLanded>().Within(TimeSpan.FromHours(36)));

        CancelledBy<CancelTrip, TripCancellationRefused>(
            inAdvance: cancel => new(cancel.SagaId, cancel.RequestedBy, ""),
            refused: (trip, reason) => new(trip.Id, reason));
        Completes(trip => new TripBooked(trip.Id, trip.Seat));
        Cancels((trip, refusal) => new TripCancelled(trip.Id, refusal.Reason));
    }

    public static readonly Guid Id = Guid.Parse("01890a5d-ac96-774b-bcce-b302099a8057");

    public static SagaTest<FreeTripSaga, Trip> Requested(params ISagaMessage[] then) =>
        new SagaTest<FreeTripSaga, Trip>().Receive([new TripRequested(Id, "Ada", "AY 5"), .. then]);
}
