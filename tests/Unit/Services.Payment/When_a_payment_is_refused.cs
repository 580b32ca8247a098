using Orchestrator.Contracts.Payment;
using Orchestrator.Services.Payment;

namespace Orchestrator.Tests.Unit.Services.Payment;

public abstract class When_a_payment_is_refused(IPaymentStores stores) : PaymentTest(stores)
{
    [TestCase("DECLINED-1", "10.00", "customer blocked")]
    [TestCase(Customer, "50000.01", "over the limit")]
    [TestCase(Customer, "66.60", "suspected fraud")]
    public async Task Nothing_is_held_and_the_reason_is_told(string customer, string amount, string reason)
    {
        (await Authorize(1, customer, decimal.Parse(amount, null))).ShouldBe(new PaymentRefused(OrderId, 1, reason));
        (await Settled()).ShouldBe(new Totals());
    }

    [Test]
    public async Task The_same_command_again_gets_the_same_answer_even_after_a_void()
    {
        var refused = await Authorize(customer: "DECLINED-1");
        (await Authorize(customer: "DECLINED-1")).ShouldBe(refused);
        (await Void()).ShouldBe(new PaymentVoided(OrderId, 1));
        (await Authorize(customer: "DECLINED-1")).ShouldBe(refused);
    }

    [Test]
    public async Task A_higher_epoch_is_a_new_try()
    {
        await Authorize(1, amount: 66.60m);
        (await Authorize(2, amount: 66.61m)).ShouldBeOfType<PaymentAuthorized>().Epoch.ShouldBe(2);
        (await Authorize(1, amount: 66.60m)).ShouldBe(new PaymentRefused(OrderId, 1, "suspected fraud"));
        (await Settled()).ShouldBe(new Totals(Authorized: 6661, Held: 6661));
    }

    [Test]
    public async Task There_is_nothing_to_capture()
    {
        await Authorize(amount: 66.60m);
        (await Capture()).ShouldBe(new CaptureRefused(OrderId, 1, Payments.NothingHeld));
    }
}
