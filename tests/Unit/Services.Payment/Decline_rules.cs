using Orchestrator.Contracts;
using Orchestrator.Services.Payment.Acquirer;

namespace Orchestrator.Tests.Unit.Services.Payment;

public class Decline_rules
{
    [TestCase("DECLINE", "1", "USD", "customer blocked")]
    [TestCase("declineme", "1", "USD", null)]
    [TestCase("VINET", "50000.00", "USD", null)]
    [TestCase("VINET", "50000.01", "EUR", "over the limit")]
    [TestCase("VINET", "50001", "JPY", "over the limit")]
    [TestCase("VINET", "66.60", "GBP", "suspected fraud")]
    [TestCase("VINET", "66.600", "KWD", "suspected fraud")]
    [TestCase("VINET", "66.61", "USD", null)]
    [TestCase("NOCAPTURE-1", "1", "USD", null)]
    public void Decide_authorisations(string customer, string amount, string currency, string? reason) =>
        DeclineRules.AtAuthorization(customer, new Money(decimal.Parse(amount, null), currency)).ShouldBe(reason);

    [TestCase("NOCAPTURE-1", "hold expired")]
    [TestCase("VINET", null)]
    public void Decide_captures(string customer, string? reason) => DeclineRules.AtCapture(customer).ShouldBe(reason);
}
