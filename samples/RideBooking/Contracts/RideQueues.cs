namespace Orchestrator.Contracts.Rides;

/// <summary>The queues of the ride saga and of its participants.</summary>
public static class RideQueues
{
    /// <summary>Commands to the saga of a ride.</summary>
    public const string Commands = "ride-booking";

    /// <summary>Commands to the drivers.</summary>
    public const string Drivers = "drivers-commands";

    /// <summary>Events that the drivers listen to.</summary>
    public const string DriverEvents = "drivers-events";

    /// <summary>Commands to the bank, which holds and takes the fares.</summary>
    public const string Fares = "fares-commands";

    /// <summary>Commands to the service that sends messages to the passengers.</summary>
    public const string Passengers = "passengers-commands";
}
