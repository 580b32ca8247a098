using Orchestrator.Contracts;
using Orchestrator.Contracts.Rides;
using Orchestrator.Services.Rides;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Unit.Services.Rides;

/// <summary>The simulated participants, and one ride.</summary>
public abstract class RideParticipantTests(ITestDatabase store)
{
    protected static readonly Money Fare = new(40.00m, "EUR");

    protected Database Database { get; private set; } = null!;

    protected Drivers Drivers { get; private set; } = null!;

    protected Fares Fares { get; private set; } = null!;

    protected Passengers Passengers { get; private set; } = null!;

    protected Guid Ride { get; private set; }

    [SetUp]
    public async Task Open()
    {
        Database = await store.Create();
        await Database.MigrateRides();
        Drivers = new Drivers(Database);
        Fares = new Fares(Database);
        Passengers = new Passengers(Database);
        Ride = Guid.CreateVersion7();
    }

    [TearDown]
    public Task Drop() => store.Drop();

    protected Task<IStepMessage> Assign(int epoch = 1, string pickUp = "Main Station") => Drivers.Assign(new AssignDriver(Ride, epoch, pickUp));

    protected Task<IStepMessage> Start(int epoch = 1, string destination = "Airport") => Drivers.Start(new StartRide(Ride, epoch, destination));

    protected Task<IStepMessage> Abort(int epoch = 1) => Drivers.Abort(new AbortRide(Ride, epoch));

    protected Task<IStepMessage> Authorize(int epoch = 1, string passenger = "ada") => Fares.Authorize(new AuthorizeFare(Ride, epoch, passenger, Fare));

    protected Task<IStepMessage> Void(int epoch = 1) => Fares.Void(new VoidFare(Ride, epoch));

    protected Task<IStepMessage> Capture(decimal amount, string currency = "EUR", int epoch = 1) =>
        Fares.Capture(new CaptureFare(Ride, epoch, new Money(amount, currency)));
}
