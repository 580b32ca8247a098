using Orchestrator.Contracts;
using Orchestrator.Contracts.Rides;
using Orchestrator.Samples.RideBooking;

namespace Orchestrator.Tests.Unit.Samples.RideBooking;

public class A_requested_ride
{
    static readonly RideRequested Good = RideTest.Request;

    [Test]
    public void That_breaks_no_rule_is_accepted() => RideRules.Violation(Good).ShouldBeNull();

    [Test]
    public void May_cost_as_much_as_an_amount_can_hold() =>
        RideRules.Violation(Good with { Fare = new Money(92_233_720_368_547_758.07m, "EUR") }).ShouldBeNull();

    static IEnumerable<TestCaseData> Bad()
    {
        yield return Case(Good with { RideId = Guid.Empty }, "rideId is all zeros or missing");
        yield return Case(Good with { RideNumber = null! }, "rideNumber is missing");
        yield return Case(Good with { PassengerId = " " }, "passengerId is empty");
        yield return Case(Good with { PickUp = "a\0b" }, "pickUp holds a NUL character");
        yield return Case(Good with { Destination = "\ud800" }, "destination holds half of a surrogate pair");
        yield return Case(Good with { Fare = default }, "fare.currency is not a code of three upper-case letters, such as USD");
        yield return Case(Good with { Fare = new Money(0, "EUR") }, "fare.amount is 0; more than nothing is wanted");
        yield return Case(Good with { Fare = new Money(1.005m, "EUR") }, "fare.amount is 1.005; EUR has 2 decimals");
        yield return Case(Good with { Fare = new Money(decimal.MaxValue, "EUR") }, "fare.amount is more than an amount can hold");
        // When several rules are broken, the first one counts, in the order of the fields.
        yield return Case(new RideRequested(Guid.Empty, null!, null!, null!, null!, default), "rideId is all zeros or missing", "and more");
        yield return Case(new RideRequested(Good.RideId, null!, null!, null!, null!, default), "rideNumber is missing", "and more");
        yield return Case(new RideRequested(Good.RideId, "R-1", null!, null!, null!, default), "passengerId is missing", "and more");
        yield return Case(new RideRequested(Good.RideId, "R-1", "ada", null!, null!, default), "pickUp is missing", "and more");
        yield return Case(
            new RideRequested(Good.RideId, "R-1", "ada", "Main Station", null!, default), "destination is missing", "and more");

        static TestCaseData Case(RideRequested ride, string violation, string? also = null) =>
            new TestCaseData(ride, violation).SetArgDisplayNames(also is null ? [violation] : [violation, also]);
    }

    [TestCaseSource(nameof(Bad))]
    public void That_breaks_a_rule_is_not_and_the_reason_names_the_field(RideRequested ride, string violation) =>
        RideRules.Violation(ride).ShouldBe(violation);
}
