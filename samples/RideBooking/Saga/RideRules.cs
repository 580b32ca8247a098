using Orchestrator.Contracts;
using Orchestrator.Contracts.Rides;

namespace Orchestrator.Samples.RideBooking;

/// <summary>What must be true of a requested ride.</summary>
public static class RideRules
{
    /// <summary>
    /// The first rule that the ride breaks, as a reason that names the field; null when it breaks none. A ride that came over
    /// the wire may lack anything, so nothing is taken as given here.
    /// </summary>
    public static string? Violation(RideRequested ride) =>
        (ride.RideId == Guid.Empty ? "rideId is all zeros or missing" : null)
        ?? TextRules.Violation("rideNumber", ride.RideNumber)
        ?? TextRules.Violation("passengerId", ride.PassengerId)
        ?? TextRules.Violation("pickUp", ride.PickUp)
        ?? TextRules.Violation("destination", ride.Destination)
        ?? FareViolation(ride.Fare);

    static string? FareViolation(Money fare) =>
        CommandRules.Violation("fare", fare)
        ?? (fare.Amount <= 0 ? FormattableString.Invariant($"fare.amount is {fare.Amount}; more than nothing is wanted") : null);
}
