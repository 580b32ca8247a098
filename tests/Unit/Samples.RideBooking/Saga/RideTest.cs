using Orchestrator.Contracts;
using Orchestrator.Contracts.Rides;
using Orchestrator.Samples.RideBooking;
using Orchestrator.Testing;

namespace Orchestrator.Tests.Unit.Samples.RideBooking;

/// <summary>A ride in the test kit.</summary>
static class RideTest
{
    public static readonly Guid Id = Guid.Parse("01890a5d-ac96-774b-bcce-b302099a8057");

    public static readonly RideRequested Request = new(Id, "R-1", "ada", "Main Station", "Airport", new Money(40.00m, "EUR"));

    public static readonly DriverAssigned Assigned = new(Id, 1, "driver-7");
    public static readonly DriverRefused NoDriver = new(Id, 1, "no driver is near");
    public static readonly DriverReleased Released = new(Id, 1);
    public static readonly FareAuthorized Authorized = new(Id, 1);
    public static readonly FareRefused NoFare = new(Id, 1, "declined by the bank");
    public static readonly FareVoided Voided = new(Id, 1);
    public static readonly RideStarted Started = new(Id, 1);
    public static readonly RideRefused Declined = new(Id, 1, "the driver declines");
    public static readonly RideAborted Aborted = new(Id, 1);
    public static readonly RideEnded Ended = new(Id, new Money(31.50m, "EUR"));
    public static readonly FareCaptured Captured = new(Id, 1);
    public static readonly FareCaptureRefused NoCapture = new(Id, 1, "only 40.00 EUR are held");
    public static readonly PassengerNotified Notified = new(Id, 1);

    public static SagaTest<RideBookingSaga, Ride> Requested(params ISagaMessage[] then) =>
        new SagaTest<RideBookingSaga, Ride>().Receive([Request, .. then]);

    /// <summary>Runs the ride until the passenger has got in.</summary>
    public static SagaTest<RideBookingSaga, Ride> UnderWay(params ISagaMessage[] then) =>
        Requested([Assigned, Authorized, Started, .. then]);

    /// <summary>Lets time pass until the saga is suspended or has ended.</summary>
    public static SagaTest<RideBookingSaga, Ride> UntilItStops(this SagaTest<RideBookingSaga, Ride> ride)
    {
        while (ride.Deadline is not null)
            ride.NextDeadline();
        return ride;
    }
}
