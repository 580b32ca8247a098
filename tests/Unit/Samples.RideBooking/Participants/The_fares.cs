using Orchestrator.Contracts.Rides;

namespace Orchestrator.Tests.Unit.Samples.RideBooking;

public abstract class The_fares(ITestDatabase store) : RideParticipantTests(store)
{
    [Test]
    public async Task Are_captured_once_at_what_the_ride_cost()
    {
        await Authorize();
        (await Capture(31.50m)).ShouldBe(new FareCaptured(Ride, 1));
        (await Capture(31.50m)).ShouldBe(new FareCaptured(Ride, 1));
        (await Capture(31.50m, epoch: 2)).ShouldBe(new FareCaptureRefused(Ride, 2, "the fare was captured by an earlier try"));
        (await Captured()).ShouldBe([3150]);
    }

    [TestCase("40.01", "EUR", "40.00 EUR are held, not 40.01 EUR")]
    [TestCase("31.50", "USD", "40.00 EUR are held, not 31.50 USD")]
    public async Task Are_not_captured_beyond_what_is_held(string amount, string currency, string reason)
    {
        await Authorize();
        (await Capture(decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture), currency))
            .ShouldBe(new FareCaptureRefused(Ride, 1, reason));
        (await Void()).ShouldBe(new FareVoided(Ride, 1));
        (await Captured()).ShouldBeEmpty();
    }

    [Test]
    public async Task Are_declined_for_some_passengers() =>
        (await Authorize(passenger: "DECLINE-1")).ShouldBe(new FareRefused(Ride, 1, "declined by the bank"));

    [Test]
    public async Task Are_not_held_once_they_are_voided_whichever_comes_first()
    {
        (await Void()).ShouldBe(new FareVoided(Ride, 1));
        (await Authorize()).ShouldBe(new FareRefused(Ride, 1, "voided before it was authorised"));
        (await Capture(10)).ShouldBe(new FareCaptureRefused(Ride, 1, "nothing is held"));
    }

    // The saga undoes a late success under the next epoch.
    [Test]
    public async Task Are_not_held_once_a_later_try_is_voided_and_are_once_an_earlier_one_is()
    {
        await Authorize();
        (await Void(epoch: 2)).ShouldBe(new FareVoided(Ride, 2));
        (await Authorize()).ShouldBe(new FareRefused(Ride, 1, "voided before it was authorised"));
        (await Capture(10)).ShouldBe(new FareCaptureRefused(Ride, 1, "nothing is held"));

        await Authorize(epoch: 3);
        (await Void(epoch: 2)).ShouldBe(new FareVoided(Ride, 2));
        (await Capture(10, epoch: 3)).ShouldBe(new FareCaptured(Ride, 3));
    }

    [Test]
    public async Task Are_not_voided_once_they_are_captured()
    {
        await Authorize();
        await Capture(31.50m);
        (await Void()).ShouldBe(new FareVoidRefused(Ride, 1, "the fare was captured"));
        (await Authorize()).ShouldBe(new FareAuthorized(Ride, 1));
    }

    [Test]
    public async Task Are_either_voided_or_captured_when_both_race()
    {
        for (var i = 0; i < 32; i++)
        {
            var ride = Guid.CreateVersion7();
            await Answer(Fares, new AuthorizeFare(ride, 1, "ada", Fare));
            var outcomes = await Task.WhenAll(
                Task.Run(() => Answer(Fares, new VoidFare(ride, 1))), Task.Run(() => Answer(Fares, new CaptureFare(ride, 1, Fare))));
            (outcomes[0] is FareVoided, outcomes[1] is FareCaptured).ShouldBeOneOf((true, false), (false, true));
        }
    }

    Task<List<long>> Captured() => Database.Read(sql => sql.Query(
        "SELECT minor_units FROM rides_fare WHERE act = 'CaptureFare' AND status = 'Done'", row => row.GetInt64(0)));
}
