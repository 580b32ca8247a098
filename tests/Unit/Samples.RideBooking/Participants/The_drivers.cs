using Orchestrator.Contracts;
using Orchestrator.Contracts.Rides;

namespace Orchestrator.Tests.Unit.Samples.RideBooking;

public abstract class The_drivers(ITestDatabase store) : RideParticipantTests(store)
{
    [Test]
    public async Task Give_the_same_epoch_the_same_answer()
    {
        var first = (await Assign()).ShouldBeOfType<DriverAssigned>();
        (await Assign()).ShouldBe(first);
        (await Assign(epoch: 2)).ShouldBeOfType<DriverAssigned>().DriverId.ShouldNotBe(first.DriverId);
    }

    [Test]
    public async Task Do_not_come_to_some_places_nor_go_to_others()
    {
        (await Assign(pickUp: "NODRIVER Hill")).ShouldBe(new DriverRefused(Ride, 1, "no driver is near"));
        (await Start(destination: "TOOFAR Town")).ShouldBe(new RideRefused(Ride, 1, "the driver declines"));
        (await Start()).ShouldBe(new RideRefused(Ride, 1, "the driver declines"));
    }

    [Test]
    public async Task Let_an_undo_win_over_its_do_whichever_comes_first()
    {
        await Assign();
        (await Release()).ShouldBe(new DriverReleased(Ride, 1));
        (await Assign()).ShouldBe(new DriverRefused(Ride, 1, "released before he was assigned"));
        (await Abort()).ShouldBe(new RideAborted(Ride, 1));
        (await Start()).ShouldBe(new RideRefused(Ride, 1, "aborted before it started"));
        (await Start(epoch: 2)).ShouldBe(new RideStarted(Ride, 2));
    }

    [Test]
    public async Task Keep_a_refusal_s_words_after_its_undo()
    {
        var refused = await Assign(pickUp: "NODRIVER Hill");
        await Release();
        (await Assign(pickUp: "NODRIVER Hill")).ShouldBe(refused);
    }

    [Test]
    public async Task Can_not_abort_a_ride_that_has_ended()
    {
        await Start();
        await Drivers.Handle(new RideEnded(Ride, Fare));
        await Drivers.Handle(new RideEnded(Ride, Fare));
        (await Abort()).ShouldBe(new RideAbortRefused(Ride, 1, "the ride has ended"));
        (await Start()).ShouldBe(new RideStarted(Ride, 1));
    }

    Task<IStepMessage> Release() => Answer(Drivers, new ReleaseDriver(Ride, 1));
}
