using Orchestrator.Contracts.Operations;
using Orchestrator.Engine;
using Orchestrator.Testing;
using Orchestrator.Tests.Unit.Sagas;

namespace Orchestrator.Tests.Unit.Engine;

public class When_there_is_no_pivot
{
    static readonly Guid Id = FreeTripSaga.Id;
    static readonly SeatReserved Reserved = new(Id, 1, "12A");
    static readonly CompensateSaga TurnBack = new(Id, null, "ops", "the plane is broken");

    [Test]
    public void The_saga_comes_to_its_end_as_any_other() =>
        FreeTripSaga.Requested(Reserved, new PlaneLanded(Id)).Is("Completed").AllSent[^1].ShouldBe(new TripBooked(Id, null));

    [Test]
    public void It_can_be_turned_back_until_it_has_ended()
    {
        FreeTripSaga.Requested(Reserved).Receive(new CancelTrip(Id, "ada", "ill")).Sends<ReleaseSeat>();
        FreeTripSaga.Requested(Reserved).Receive(TurnBack).Sends<ReleaseSeat, OperatorCommandAccepted>();
        FreeTripSaga.Requested(Reserved, new PlaneLanded(Id)).Receive(TurnBack).Sent
            .ShouldBe([new OperatorCommandRefused(Id, "CompensateSaga", "it is completed")]);
    }

    [Test]
    public void Every_step_can_be_resolved_as_undone() => FreeTripSaga.Requested(Reserved)
        .Receive(new ResolveStep(Id, null, "PlaneLanded", StepResolution.Undone, "it never started", "ops", "by phone"))
        .Sends<ReleaseSeat, OperatorCommandAccepted>().Is("Compensating: ReserveSeat");
}

public class When_a_step_says_how_often_it_is_tried
{
    [Test]
    public void Its_command_and_its_undo_are_sent_so_often_and_with_such_pauses()
    {
        var trip = FreeTripSaga.Requested().TimePasses(TimeSpan.FromSeconds(90)).Sends<ReleaseSeat>();
        trip.Data.Refused.ShouldBe(new Refusal("ReserveSeat", "no answer to 1 attempt"));
        var begun = trip.Now;
        trip.NextDeadline().NextDeadline().Sends<ReleaseSeat>();
        (trip.Now - begun)
            .ShouldBeInRange(TimeSpan.FromSeconds(90 + 60), TimeSpan.FromSeconds(90 + 120), "its limit, and the pause less its spread");
        trip.NextDeadline().Is("Suspended: ReserveSeat").Data.Suspended!.Reason.ShouldBe("ReleaseSeat: no answer to 2 attempts");
    }

    [Test]
    public void A_first_pause_longer_than_the_longest_is_the_longest_too()
    {
        var step = new FreeTripSaga().Stages[0][0];
        step.UndoTiming.ShouldBe(new StepTiming(TimeSpan.FromSeconds(90), 2, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(2)));
        step.Timing.ShouldBe(new StepTiming(TimeSpan.FromSeconds(90), 1, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)));
        step.Attempted(4, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(7)).Timing
            .ShouldBe(new StepTiming(TimeSpan.FromSeconds(90), 4, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(7)));
    }
}

public class When_the_saga_has_no_limit_as_a_whole
{
    [Test]
    public void A_hold_does_not_give_it_one()
    {
        var trip = new SagaTest<FreeTripSaga, Trip>().Hold("ReserveSeat").Receive(new TripRequested(FreeTripSaga.Id, "Ada", "AY 5"));
        trip.TimePasses(TimeSpan.FromHours(1)).Release("ReserveSeat").Sends<ReserveSeat>();
        (trip.Data.Limit, trip.Deadline).ShouldBe((null, trip.Now.AddSeconds(90)));
    }

    [Test]
    public void A_deadline_that_is_moved_does_not_either()
    {
        var trip = FreeTripSaga.Requested();
        trip.Receive(new RescheduleDeadline(FreeTripSaga.Id, null, trip.Now.AddDays(2), "ops", "strike"));
        (trip.Data.Limit, trip.Deadline).ShouldBe((null, trip.Now.AddDays(2)));
    }
}
