using Orchestrator.Contracts;
using Orchestrator.Engine;
using Orchestrator.Testing;
using Orchestrator.Tests.Unit.Sagas;

namespace Orchestrator.Tests.Unit.Engine;

[SentTo("airline-commands")]
public sealed record GetSeatStatus(Guid SagaId, int Epoch, string Step, int Attempt) : IStepInquiry;

public sealed record SeatUnknown(Guid SagaId, int Epoch, string Step, int Attempt) : IStepInquiry;

/// <summary>A trip for two. Its first step has an inquiry, and its pivot holds money and a place in a lounge.</summary>
public sealed class AskedTripSaga : StepSaga<Trip>
{
    public AskedTripSaga() : base("asked-trip", version: 1)
    {
        StartedBy<TripRequested>(
            asked => new(asked.SagaId, asked.Traveller, asked.Flight), key: trip => trip.Traveller, violation: _ => null);

        Then(Compensatable<ReserveSeat>((trip, epoch) => new(trip.Id, epoch, trip.Flight))
            .CompletedBy<SeatReserved>()
            .RefusedBy<SeatRefused>(refusal => refusal.Reason)
            .UndoneBy<ReleaseSeat, SeatReleased>((trip, epoch) => new(trip.Id, epoch))
            .AskedBy<GetSeatStatus, SeatUnknown>((trip, epoch, attempt) => new(trip.Id, epoch, nameof(ReserveSeat), attempt))
            .PutsUnitsAtRisk(_ => 2));

        Then(Pivot<ChargeCard>((trip, epoch) => new(trip.Id, epoch, trip.Traveller))
            .CompletedBy<CardCharged>()
            .RefusedBy<CardRefused>(refusal => refusal.Reason)
            .PutsMoneyAtRisk(_ => new Money(90, "EUR"))
            .PutsUnitsAtRisk(_ => 3));

        Completes(trip => new TripBooked(trip.Id, trip.Seat));
        Cancels((trip, refusal) => new TripCancelled(trip.Id, refusal.Reason));
    }
}

public class When_the_first_step_can_be_asked_about
{
    static readonly Guid Id = FreeTripSaga.Id;

    [Test]
    public void It_is_tried_again_when_the_participant_knows_nothing()
    {
        var trip = Requested().NextDeadline().Sends<GetSeatStatus>();
        trip.Receive(new SeatUnknown(Id, 1, nameof(ReserveSeat), 1)).SendsNothing();
        trip.Data.Steps[nameof(ReserveSeat)].Waiting.ShouldBe(Waiting.NextAttempt);
        trip.NextDeadline().Sends<ReserveSeat>();
    }

    [Test]
    public void All_that_may_be_held_is_at_stake_while_the_pivot_has_no_answer()
    {
        var trip = Requested().Receive(new SeatReserved(Id, 1, "12A"));
        while (trip.Deadline is not null)
            trip.NextDeadline();
        trip.Is("Suspended: ChargeCard");
        (trip.Data.Suspended!.MoneyAtRisk, trip.Data.Suspended.UnitsAtRisk).ShouldBe((new Money(90, "EUR"), 5));
    }

    static SagaTest<AskedTripSaga, Trip> Requested() => new SagaTest<AskedTripSaga, Trip>().Receive(new TripRequested(Id, "Ada", "AY 5"));
}
