using Orchestrator.Contracts.Payment;
using Orchestrator.Services.Payment;
using Orchestrator.Tests.Unit.Services.Payment.Interleaving;

namespace Orchestrator.Tests.Unit.Services.Payment;

public abstract class When_an_intent_has_no_outcome(IPaymentStores stores) : PaymentTest(stores)
{
    [TestCase(Fate.AnswerLost, "authorize, status")]
    [TestCase(Fate.Lost, "authorize, status, authorize")]
    public async Task The_gateway_is_asked_about_the_hold_before_it_is_called_again(Fate fate, string calls)
    {
        var gateway = new BrokenOnce(Gateway, fate);
        var payments = Service(Stores.Ledger, gateway);
        var command = new AuthorizePayment(OrderId, 1, Customer, Price);
        await Should.ThrowAsync<DiedException>(() => Answer(payments, command));
        (await Answer(payments, command)).ShouldBeOfType<PaymentAuthorized>();
        string.Join(", ", gateway.Calls).ShouldBe(calls);
        (await Settled()).ShouldBe(new Totals(Authorized: 44000, Held: 44000));
    }

    [TestCase(Fate.AnswerLost, "capture, status")]
    [TestCase(Fate.Lost, "capture, status, capture")]
    public async Task The_gateway_is_asked_about_the_capture_before_it_is_called_again(Fate fate, string calls)
    {
        var (payments, gateway) = await BeginCapture(fate);
        (await Answer(payments, new CapturePayment(OrderId, 1))).ShouldBe(new PaymentCaptured(OrderId, 1, Price));
        string.Join(", ", gateway.Calls).ShouldBe(calls);
        (await Settled()).ShouldBe(new Totals(Authorized: 44000, Captured: 44000));
    }

    [Test]
    public async Task A_void_asks_about_the_capture_and_is_refused_when_the_gateway_made_it()
    {
        var (payments, gateway) = await BeginCapture(Fate.AnswerLost);
        (await Answer(payments, new VoidPayment(OrderId, 1))).ShouldBe(new PaymentVoidRefused(OrderId, 1, Payments.CapturedBefore));
        string.Join(", ", gateway.Calls).ShouldBe("capture, status");
        (await Settled()).ShouldBe(new Totals(Authorized: 44000, Captured: 44000));
        (await Capture()).ShouldBe(new PaymentCaptured(OrderId, 1, Price));
    }

    [Test]
    public async Task A_void_asks_about_the_capture_and_lets_go_of_the_hold_when_the_gateway_declined_it()
    {
        var (payments, gateway) = await BeginCapture(Fate.AnswerLost, "NOCAPTURE-1");
        (await Answer(payments, new VoidPayment(OrderId, 1))).ShouldBe(new PaymentVoided(OrderId, 1));
        string.Join(", ", gateway.Calls).ShouldBe("capture, status, void");
        (await Settled()).ShouldBe(new Totals(Authorized: 44000, Voided: 44000));
        (await Capture()).ShouldBe(new CaptureRefused(OrderId, 1, "hold expired"));
    }

    [Test]
    public async Task A_void_waits_for_a_capture_that_may_still_arrive_at_the_gateway()
    {
        var (payments, gateway) = await BeginCapture(Fate.Lost);
        var command = new VoidPayment(OrderId, 1);
        (await Should.ThrowAsync<PaymentConflictException>(() => Answer(payments, command))).Message.ShouldBe(
            $"order {OrderId}: epoch 1 can't be voided: the capture of epoch 1 is pending, and the gateway does not know of it");
        string.Join(", ", gateway.Calls).ShouldBe("capture, status");
        (await Capture()).ShouldBe(new PaymentCaptured(OrderId, 1, Price));
        (await Answer(payments, command)).ShouldBe(new PaymentVoidRefused(OrderId, 1, Payments.CapturedBefore));
        (await Settled()).ShouldBe(new Totals(Authorized: 44000, Captured: 44000));
    }

    /// <summary>Authorises, and leaves an intent to capture without an outcome.</summary>
    async Task<(Payments Payments, BrokenOnce Gateway)> BeginCapture(Fate fate, string customer = Customer)
    {
        await Authorize(customer: customer);
        var gateway = new BrokenOnce(Gateway, fate);
        var payments = Service(Stores.Ledger, gateway);
        await Should.ThrowAsync<DiedException>(() => Answer(payments, new CapturePayment(OrderId, 1)));
        return (payments, gateway);
    }
}
