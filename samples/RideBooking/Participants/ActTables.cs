namespace Orchestrator.Samples.RideBooking;

/// <summary>The participants' tables.</summary>
static class ActTables
{
    public const string Drivers = "rides_driver";
    public const string Fares = "rides_fare";
    public const string Passengers = "rides_passenger";

    /// <summary>The column with the ride's id.</summary>
    public const string Ride = "ride_id";
}
