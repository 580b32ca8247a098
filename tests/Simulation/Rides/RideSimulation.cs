using Orchestrator.Contracts;
using Orchestrator.Contracts.Rides;
using Orchestrator.Samples.RideBooking;
using Orchestrator.Simulation;
using Orchestrator.Simulation.Worlds;

namespace Orchestrator.Tests.Simulation.Rides;

/// <summary>Rides with their drivers and fares, and the events that end the rides.</summary>
static class RideSimulation
{
    /// <summary>Adds the rides to a simulation.</summary>
    public static void AddRides(this Simulations simulations) => simulations.Add<RideBookingSaga, Ride>("ride", ride => ride
        .StartedBy((id, number, dice) => new RideRequested(
            id, $"R-{number:0000}", dice.Below(10) == 0 ? "DECLINE-1" : "ALFKI", dice.Below(12) == 0 ? "NODRIVER" : "Unter den Linden",
            dice.Below(12) == 0 ? "TOOFAR" : "Tegel", new Money(10 + dice.Below(90), "EUR")))
        .Participant(database => new Drivers(database))
        .Participant(database => new Fares(database))
        .Participant(database => new Passengers(database))
        .Outside<RideStarted, RideEnded>(
            id => new RideEnded(id, new Money(CourseOf(id).Cost, "EUR")), after: id => CourseOf(id).Takes, onlyIf: IsUnderWay)
        .Checks(RideChecks.Violations));

    // The id of the ride decides its cost and its duration. One ride in twenty never ends.
    static (TimeSpan? Takes, int Cost) CourseOf(Guid ride)
    {
        var dice = Dice.For(ride);
        var (takes, cost) = (TimeSpan.FromSeconds(dice.Below(7200)), 5 + dice.Below(5));
        return (dice.Below(20) != 0 ? takes : null, cost);
    }

    // A ride that was aborted on the way does not end.
    static bool IsUnderWay(MemoryDatabase store, Guid ride) => store.ReadNow(sql => sql.First(
        "SELECT status FROM rides_driver WHERE ride_id = @id AND act = 'StartRide' ORDER BY epoch DESC LIMIT 1",
        row => row.GetString(0), ("id", ride))) == "Done";
}
