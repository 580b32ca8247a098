using Orchestrator.Contracts;
using Orchestrator.Contracts.Rides;

namespace Orchestrator.Samples.RideBooking;

/// <summary>The rules that a requested ride must keep.</summary>
public static class RideRules
{
    /// <summary>
    /// The first rule that the ride breaks, as a reason that names the field; null when it breaks none. Any field may be missing in a
    /// ride that came over the wire, so each is checked here.
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
