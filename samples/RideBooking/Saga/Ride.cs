using Orchestrator.Contracts;
using Orchestrator.Contracts.Rides;
using Orchestrator.Engine;

namespace Orchestrator.Samples.RideBooking;

/// <summary>What the ride saga keeps of a ride.</summary>
/// <param name="RideId">The ride's id, and the saga's.</param>
/// <param name="RideNumber">The number that people use.</param>
/// <param name="PassengerId">Who rides and pays.</param>
/// <param name="PickUp">Where the passenger waits.</param>
/// <param name="Destination">Where the passenger wants to go.</param>
/// <param name="Fare">The most that the ride may cost.</param>
public sealed record Ride(
    Guid RideId, string RideNumber, string PassengerId, string PickUp, string Destination, Money Fare) : SagaData
{
    /// <summary>Who drives, once that is known.</summary>
    public string? DriverId { get; init; }

    /// <summary>What the ride cost, once it has ended; absent as well when an operator says that it has ended.</summary>
    public Money? FinalFare { get; init; }

    /// <summary>
    /// What is taken from the passenger: what the ride cost or, as long as nobody has said so, the most that it may cost.
    /// </summary>
    public Money FareToTake() => FinalFare ?? Fare;

    /// <summary>The ride as it was requested.</summary>
    public static Ride From(RideRequested ride) =>
        new(ride.RideId, ride.RideNumber, ride.PassengerId, ride.PickUp, ride.Destination, ride.Fare);

    /// <summary>A ride of which nothing but the id is known, since it was cancelled before it was requested.</summary>
    public static Ride NotYetKnown(Guid rideId) => new(rideId, rideId.ToString(), "", "", "", new Money(0, NoCurrency));

    // ISO 4217 has a code for it.
    const string NoCurrency = "XXX";
}
