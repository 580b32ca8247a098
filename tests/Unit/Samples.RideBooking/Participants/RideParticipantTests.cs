using Orchestrator.Contracts;
using Orchestrator.Contracts.Rides;
using Orchestrator.Participants;
using Orchestrator.Samples.RideBooking;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Unit.Samples.RideBooking;

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
    public Task Drop()
    {
        Drivers.Dispose();
        Fares.Dispose();
        Passengers.Dispose();
        return store.Drop();
    }

    protected static async Task<IStepMessage> Answer(IParticipant participant, ISagaMessage message) =>
        (await participant.Handle(message))!;

    protected Task<IStepMessage> Assign(int epoch = 1, string pickUp = "Main Station") =>
        Answer(Drivers, new AssignDriver(Ride, epoch, pickUp));

    protected Task<IStepMessage> Start(int epoch = 1, string destination = "Airport") =>
        Answer(Drivers, new StartRide(Ride, epoch, destination));

    protected Task<IStepMessage> Abort(int epoch = 1) => Answer(Drivers, new AbortRide(Ride, epoch));

    protected Task<IStepMessage> Authorize(int epoch = 1, string passenger = "ada") =>
        Answer(Fares, new AuthorizeFare(Ride, epoch, passenger, Fare));

    protected Task<IStepMessage> Void(int epoch = 1) => Answer(Fares, new VoidFare(Ride, epoch));

    protected Task<IStepMessage> Capture(decimal amount, string currency = "EUR", int epoch = 1) =>
        Answer(Fares, new CaptureFare(Ride, epoch, new Money(amount, currency)));
}
