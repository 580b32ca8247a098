using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Rides;
using Orchestrator.Engine;
using Orchestrator.Samples.RideBooking;
using Orchestrator.Testing;

namespace Orchestrator.Tests.Unit.Samples.RideBooking;

public class Every_state_of_a_ride_and_every_message
{
    [Test]
    public void Is_handled_and_leaves_the_ride_with_a_next_move() =>
        SagaWalk.Check<RideBookingSaga, Ride>(RideTest.Request).States.ShouldBeGreaterThan(24);
}

public class When_a_ride_goes_well
{
    [Test]
    public void It_goes_from_step_to_step_and_is_completed()
    {
        var ride = RideTest.Requested().Sends<AssignDriver>();
        ride.Receive(RideTest.Assigned).Sends<AuthorizeFare>();
        ride.Receive(RideTest.Authorized).Sends<StartRide>();
        ride.Receive(RideTest.Started).SendsNothing().Is("Running: RideEnded");
        ride.Receive(RideTest.Ended).Sends<CaptureFare>();
        ride.Receive(RideTest.Captured).Sends<NotifyPassenger>();
        ride.Receive(RideTest.Notified).Sends<RideCompleted>().Is("Completed");
        ride.Data.DriverId.ShouldBe("driver-7");
    }

    [Test]
    public void The_passenger_pays_what_it_finally_cost()
    {
        var ride = RideTest.UnderWay(RideTest.Ended, RideTest.Captured, RideTest.Notified);
        ride.AllSent.OfType<AuthorizeFare>().Single().Fare.ShouldBe(new Money(40.00m, "EUR"));
        ride.AllSent.OfType<CaptureFare>().Single().Fare.ShouldBe(new Money(31.50m, "EUR"));
        ride.AllSent[^1].ShouldBe(new RideCompleted(RideTest.Id, new Money(31.50m, "EUR")));
    }

    [Test]
    public void The_end_of_the_ride_may_come_before_its_start_is_known()
    {
        var ride = RideTest.Requested(RideTest.Assigned, RideTest.Authorized);
        ride.Receive(RideTest.Ended).SendsNothing().Is("Running: StartRide");
        ride.Receive(RideTest.Started).Sends<CaptureFare>();
        ride.Data.FinalFare.ShouldBe(new Money(31.50m, "EUR"));
    }

    [Test]
    public void The_most_that_it_may_cost_is_taken_when_an_operator_says_that_it_has_ended()
    {
        var ride = RideTest.UnderWay();
        ride.Receive(new ResolveStep(RideTest.Id, null, "RideEnded", StepResolution.Done, "the driver called", "ops", "his phone broke"));
        ride.Sent.OfType<CaptureFare>().Single().Fare.ShouldBe(new Money(40.00m, "EUR"));
    }
}

public class When_a_ride_is_refused
{
    [Test]
    public void By_the_drivers_there_is_nothing_to_undo()
    {
        var ride = RideTest.Requested(RideTest.NoDriver).Is("Cancelled");
        ride.AllSent[^1].ShouldBe(new RideCancelled(RideTest.Id, "AssignDriver", "no driver is near"));
    }

    [Test]
    public void By_the_bank_the_driver_is_released() =>
        RideTest.Requested(RideTest.Assigned).Receive(RideTest.NoFare).Sends<ReleaseDriver>().Receive(RideTest.Released).Is("Cancelled");

    [Test]
    public void By_the_driver_at_the_kerb_the_fare_is_voided_and_then_the_driver_released()
    {
        var ride = RideTest.Requested(RideTest.Assigned, RideTest.Authorized);
        ride.Receive(RideTest.Declined).Sends<VoidFare>();
        ride.Receive(RideTest.Voided).Sends<ReleaseDriver>();
        ride.Receive(RideTest.Released).Sends<RideCancelled>().Is("Cancelled");
    }

    [Test]
    public void At_the_capture_after_the_ride_has_ended_an_operator_is_called()
    {
        var ride = RideTest.UnderWay(RideTest.Ended);
        ride.Receive(RideTest.NoCapture).Sends<AbortRide>();
        ride.Receive(new RideAbortRefused(RideTest.Id, 1, "the ride has ended")).Sends<SagaSuspended>().Is("Suspended: StartRide");
        ride.Data.Suspended.ShouldBe(new Suspension(
            "StartRide", "AbortRide was refused: the ride has ended", ride.Now, new Money(40.00m, "EUR"), 1));
    }
}

public class When_a_ride_is_cancelled
{
    static readonly CancelRide Cancel = new(RideTest.Id, "ada", "my train is late");

    [Test]
    public void Under_way_the_passenger_gets_out_and_everything_is_given_back()
    {
        var ride = RideTest.UnderWay().Receive(Cancel).Sends<AbortRide>();
        ride.Receive(RideTest.Aborted).Sends<VoidFare>();
        ride.Receive(RideTest.Voided).Sends<ReleaseDriver>();
        ride.Receive(RideTest.Released).Is("Cancelled");
        ride.AllSent[^1].ShouldBe(new RideCancelled(RideTest.Id, "CancelRide", "ada: my train is late"));
    }

    [Test]
    public void And_its_end_comes_all_the_same_it_changes_nothing()
    {
        var ride = RideTest.UnderWay().Receive(Cancel, RideTest.Ended).Is("Compensating: StartRide");
        ride.Receive(RideTest.Aborted, RideTest.Voided, RideTest.Released).Is("Cancelled");
        ride.Receive(RideTest.Ended).SendsNothing().Is("Cancelled");
    }

    [Test]
    public void After_it_ended_it_is_too_late()
    {
        var ride = RideTest.UnderWay(RideTest.Ended).Receive(Cancel).Is("Running: CaptureFare");
        ride.Sent.ShouldBe([new RideCancellationRefused(RideTest.Id, "CaptureFare has been sent and its outcome is not known yet")]);
    }

    [Test]
    public void Before_it_was_requested_it_never_starts()
    {
        var ride = new SagaTest<RideBookingSaga, Ride>().Receive(Cancel).Sends<RideCancelled>().Is("Cancelled");
        ride.Receive(RideTest.Request).Sends<RideCancelled>().Is("Cancelled");
        ride.Data.RideNumber.ShouldBe("R-1");
    }
}

public class When_time_passes_during_a_ride
{
    [Test]
    public void Drivers_who_do_not_answer_are_asked_three_times_and_then_the_ride_is_called_off()
    {
        var ride = RideTest.Requested().UntilItStops().Is("Suspended: AssignDriver");
        ride.AllSent.OfType<AssignDriver>().Count().ShouldBe(3);
        ride.AllSent.OfType<ReleaseDriver>().Count().ShouldBe(10);
        ride.Data.Refused.ShouldBe(new Refusal("AssignDriver", "no answer to 3 attempts"));
    }

    [Test]
    public void It_is_aborted_when_its_end_does_not_come_within_twelve_hours()
    {
        var ride = RideTest.UnderWay();
        ride.TimePasses(TimeSpan.FromHours(12) - TimeSpan.FromSeconds(1)).SendsNothing();
        ride.TimePasses(TimeSpan.FromSeconds(1)).Sends<AbortRide>();
        ride.Data.Refused.ShouldBe(new Refusal("RideEnded", "did not come in time"));
    }

    [Test]
    public void A_capture_without_an_answer_calls_an_operator()
    {
        var ride = RideTest.UnderWay(RideTest.Ended).UntilItStops().Is("Suspended: CaptureFare");
        ride.AllSent.ShouldNotContain(message => message is AbortRide || message is VoidFare);
        ride.Receive(RideTest.Captured).Sends<NotifyPassenger>();
    }

    [Test]
    public void The_whole_of_it_may_take_a_day()
    {
        var ride = RideTest.Requested();
        ride.Data.Limit.ShouldBe(ride.Now.AddHours(24));
    }
}

public class When_an_undo_of_a_ride_is_refused
{
    [Test]
    public void An_operator_is_called_and_says_when_it_is_put_right()
    {
        var ride = RideTest.Requested(RideTest.Assigned, RideTest.Authorized, RideTest.Declined);
        ride.Receive(new FareVoidRefused(RideTest.Id, 1, "the fare was captured")).Is("Suspended: AuthorizeFare");
        ride.Receive(new ResolveStep(RideTest.Id, null, "AuthorizeFare", StepResolution.Undone, "refund 4711", "ops", "refunded by hand"));
        ride.Is("Compensating: AssignDriver").Receive(RideTest.Released).Is("Cancelled");
    }
}
