using System.Buffers.Binary;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Rides;
using Orchestrator.MassTransit;
using Orchestrator.Samples.RideBooking;
using Orchestrator.Tests.Generator;
using Orchestrator.Tests.Simulation.Checks;
using Orchestrator.Tests.Simulation.Engine;
using Orchestrator.Tests.Simulation.Parties;

namespace Orchestrator.Tests.Simulation.Scenarios;

/// <summary>Rides with their drivers and fares, and the world in which they come to an end.</summary>
sealed class RideScenario(World world) : Scenario<Ride>(world, new RideBookingSaga())
{
    const string Streets = "streets";

    protected override Task Prepare(MemoryDatabase store) => store.MigrateRides();

    protected override void Participants()
    {
        Host("drivers", RideQueues.Drivers, Drivers);
        Host("drivers-events", RideQueues.DriverEvents, Drivers);
        World.Network.Subscribe(RideQueues.DriverEvents, typeof(RideEnded));
        Host("fares", RideQueues.Fares, (_, database) => Answering().Is(new Fares(database)));
        Host("passengers", RideQueues.Passengers, (_, database) => Answering().Is(new Passengers(database)));
        World.Network.Subscribe(Streets, typeof(RideStarted));
        Host(Streets, Streets, (_, _) => Answering().Hears<RideStarted>(Drive));
    }

    protected override ISagaMessage Started(Guid id, int number) => new RideRequested(
        id, $"R-{number:0000}", World.Below(10) == 0 ? "DECLINE-1" : "ALFKI", World.Below(12) == 0 ? "NODRIVER" : "Unter den Linden",
        World.Below(12) == 0 ? "TOOFAR" : "Tegel", new Money(10 + World.Below(90), "EUR"));

    protected override Guid Taken(Guid id) => Answers.MessageId(new CaptureFare(id, 1, new Money(1, "EUR")), new FareCaptured(id, 1));

    protected override Message? Outside(Guid id) => Ended(id, CourseOf(id).Cost);

    protected override ISagaMessage Cancelled(Guid id) => new CancelRide(id, "passenger", "changed my mind");

    protected override IEnumerable<string> Checks() => RideChecks.Violations(Store);

    Participant Drivers(Process process, RemoteDatabase database) => Answering().Is(new Drivers(database));

    // Whoever drives says when the ride is over, unless it was called off on the way; a twentieth of the rides never ends.
    Task Drive(RideStarted started)
    {
        var (takes, cost, ends) = CourseOf(started.RideId);
        if (ends)
        {
            World.Loop.After(takes, () =>
            {
                if (Store.ReadNow(sql => sql.First(
                    "SELECT status FROM rides_driver WHERE ride_id = @id AND act = 'StartRide' ORDER BY epoch DESC LIMIT 1", row => row.GetString(0), ("id", started.RideId))) == "Done")
                {
                    World.Network.Insist(null, Ended(started.RideId, cost));
                }
            });
        }

        return Task.CompletedTask;
    }

    // Every time that this is heard of, the same: what a ride costs is the ride's.
    static (TimeSpan Takes, int Cost, bool Ends) CourseOf(Guid ride)
    {
        var dice = new SplitMix64(BinaryPrimitives.ReadUInt64LittleEndian(ride.ToByteArray()));
        return (TimeSpan.FromSeconds(dice.Below(7200)), 5 + dice.Below(5), dice.Below(20) != 0);
    }

    static Message Ended(Guid ride, int cost) => Message.Of(
        DerivedId.From(ride.ToString(), nameof(RideEnded)), new RideEnded(ride, new Money(cost, "EUR")), null, mayBeLost: false);
}
