using Orchestrator.Contracts.Rides;

namespace Orchestrator.Tests.Unit.Samples.RideBooking;

public abstract class The_passengers(ITestDatabase store) : RideParticipantTests(store)
{
    [Test]
    public async Task Get_one_receipt()
    {
        var command = new NotifyPassenger(Ride, 1, "ada", Fare);
        (await Answer(Passengers, command)).ShouldBe(new PassengerNotified(Ride, 1));
        (await Answer(Passengers, command)).ShouldBe(new PassengerNotified(Ride, 1));
        (await Database.Read(sql => sql.Query("SELECT said FROM rides_passenger", row => row.GetString(0))))
            .ShouldBe(["ada paid 40.00 EUR"]);
    }
}
