using Orchestrator.Contracts;
using Orchestrator.Contracts.Rides;
using Orchestrator.Engine;

namespace Orchestrator.Samples.RideBooking;

/// <summary>The state that the saga keeps about a ride.</summary>
/// <param name="RideId">The id of the ride and of its saga.</param>
/// <param name="RideNumber">The number that people use.</param>
/// <param name="PassengerId">Who rides and pays.</param>
/// <param name="PickUp">Where the passenger waits.</param>
/// <param name="Destination">Where the passenger wants to go.</param>
/// <param name="Fare">The highest possible fare.</param>
public sealed record Ride(
    Guid RideId, string RideNumber, string PassengerId, string PickUp, string Destination, Money Fare) : SagaData
{
    /// <summary>The driver, once there is one.</summary>
    public string? DriverId { get; init; }

    /// <summary>The final fare, once the ride has ended. Null also when an operator resolved that step.</summary>
    public Money? FinalFare { get; init; }

    /// <summary>
    /// The amount to capture: the final fare or, while it is unknown, the highest possible fare.
    /// </summary>
    public Money FareToTake() => FinalFare ?? Fare;

    /// <summary>The ride as it was requested.</summary>
    public static Ride From(RideRequested ride) =>
        new(ride.RideId, ride.RideNumber, ride.PassengerId, ride.PickUp, ride.Destination, ride.Fare);

    /// <summary>A ride that was cancelled before it was requested. Only its id is known.</summary>
    public static Ride NotYetKnown(Guid rideId) => new(rideId, rideId.ToString(), "", "", "", new Money(0, NoCurrency));

    // The code of ISO 4217 for "no currency".
    const string NoCurrency = "XXX";
}
