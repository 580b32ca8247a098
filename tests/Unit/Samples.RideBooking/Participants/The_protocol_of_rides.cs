using Orchestrator.Contracts;
using Orchestrator.Contracts.Rides;
using Orchestrator.Samples.RideBooking;
using Orchestrator.Testing;
using Orchestrator.Tests.Unit.Participants;

namespace Orchestrator.Tests.Unit.Samples.RideBooking;

public abstract class The_protocol_of_rides(ITestDatabase store) : The_protocol(store)
{
    static readonly Money Fare = new(40.00m, "EUR");

    protected override IEnumerable<ParticipantContract> Contracts =>
    [
        new()
        {
            Open = () => new Drivers(Database),
            Command = (ride, epoch) => new AssignDriver(ride, epoch, "Main Station"),
            Done = typeof(DriverAssigned),
            Undo = (ride, epoch) => new ReleaseDriver(ride, epoch),
        },
        new()
        {
            Open = () => new Drivers(Database),
            Command = (ride, epoch) => new StartRide(ride, epoch, "Airport"),
            Done = typeof(RideStarted),
            Undo = (ride, epoch) => new AbortRide(ride, epoch),
        },
        new()
        {
            Open = () => new Fares(Database),
            Command = (ride, epoch) => new AuthorizeFare(ride, epoch, "ada", Fare),
            Done = typeof(FareAuthorized),
            Undo = (ride, epoch) => new VoidFare(ride, epoch),
        },
        new()
        {
            Open = () => new Fares(Database),
            Before = ride => [new AuthorizeFare(ride, 1, "ada", Fare)],
            Command = (ride, epoch) => new CaptureFare(ride, epoch, Fare),
            Done = typeof(FareCaptured),
        },
        new()
        {
            Open = () => new Passengers(Database),
            Command = (ride, epoch) => new NotifyPassenger(ride, epoch, "ada", Fare),
            Done = typeof(PassengerNotified),
        },
    ];

    protected override Task Migrate() => Database.MigrateRides();
}
