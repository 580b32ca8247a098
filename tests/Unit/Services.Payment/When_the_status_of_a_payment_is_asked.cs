using Orchestrator.Contracts;
using Orchestrator.Contracts.Payment;
using Orchestrator.Services.Payment;
using Orchestrator.Tests.Unit.Services.Payment.Interleaving;

namespace Orchestrator.Tests.Unit.Services.Payment;

public abstract class When_the_status_of_a_payment_is_asked(IPaymentStores stores) : PaymentTest(stores)
{
    const string Authorizing = "AuthorizePayment", Capturing = "CapturePayment";

    [TestCase(Customer)]
    [TestCase("DECLINED-1")]
    public async Task An_authorisation_has_the_outcome_that_its_command_had(string customer)
    {
        var outcome = await Authorize(customer: customer);
        (await Status(Authorizing)).ShouldBe(outcome);
        (await Authorize(customer: customer)).ShouldBe(outcome);
    }

    [TestCase(Customer)]
    [TestCase("NOCAPTURE-1")]
    public async Task A_capture_has_the_outcome_that_its_command_had(string customer)
    {
        await Authorize(customer: customer);
        var outcome = await Capture();
        (await Status(Capturing)).ShouldBe(outcome);
        (await Capture()).ShouldBe(outcome);
    }

    [Test]
    public async Task A_capture_that_found_nothing_held_has_its_refusal()
    {
        await Capture();
        (await Status(Capturing)).ShouldBe(new CaptureRefused(OrderId, 1, Payments.NothingHeld));
    }

    [Test]
    public async Task A_captured_authorisation_still_has_its_outcome()
    {
        var authorized = await Authorize();
        await Capture();
        (await Status(Authorizing)).ShouldBe(authorized);
    }

    [Test]
    public async Task Known_outcomes_are_told_without_the_gateway()
    {
        await Authorize();
        await Capture();
        var gateway = new BrokenOnce(Gateway, Fate.Lost);
        await Status(Authorizing, Service(Stores.Ledger, gateway));
        await Status(Capturing, Service(Stores.Ledger, gateway));
        gateway.Calls.ShouldBeEmpty();
    }

    [Test]
    public async Task A_voided_authorisation_is_refused_whether_it_was_made_or_came_too_late()
    {
        await Authorize();
        await Void(epoch: 2);
        (await Status(Authorizing)).ShouldBe(new PaymentRefused(OrderId, 1, Payments.VoidedBefore));
        (await Status(Authorizing, epoch: 2)).ShouldBe(new PaymentRefused(OrderId, 2, Payments.VoidedBefore));
        (await Settled()).ShouldBe(new Totals(Authorized: 44000, Voided: 44000));
    }

    [TestCase(Fate.Lost)]
    [TestCase(Fate.AnswerLost)]
    public async Task An_authorisation_whose_void_died_is_let_go_of_and_then_refused(Fate fate)
    {
        await Authorize();
        var payments = Service(Stores.Ledger, new BrokenOnce(Gateway, fate));
        await Should.ThrowAsync<DiedException>(() => Answer(payments, new VoidPayment(OrderId, 1)));
        (await Status(Authorizing)).ShouldBe(new PaymentRefused(OrderId, 1, Payments.VoidedBefore));
        (await Settled()).ShouldBe(new Totals(Authorized: 44000, Voided: 44000));
    }

    [Test]
    public async Task Nothing_is_known_of_a_command_that_never_came()
    {
        (await Status(Authorizing, attempt: 3)).ShouldBe(new PaymentUnknown(OrderId, 1, Authorizing, 3));
        (await Status(Capturing)).ShouldBe(new PaymentUnknown(OrderId, 1, Capturing, 1));
        (await Settled()).ShouldBe(new Totals());
        (await Authorize()).ShouldBeOfType<PaymentAuthorized>();
    }

    [Test]
    public async Task Nothing_is_known_of_a_later_epoch()
    {
        await Authorize();
        await Capture();
        (await Status(Authorizing, epoch: 2)).ShouldBe(new PaymentUnknown(OrderId, 2, Authorizing, 1));
        (await Status(Capturing, epoch: 2)).ShouldBe(new PaymentUnknown(OrderId, 2, Capturing, 1));
    }

    [TestCase(Customer, typeof(PaymentAuthorized), 44000)]
    [TestCase("DECLINED-1", typeof(PaymentRefused), 0)]
    public async Task The_gateway_is_asked_about_an_authorisation_without_an_outcome_which_is_then_recorded(
        string customer, Type outcome, long held)
    {
        var (payments, gateway) = Breaking(Fate.AnswerLost);
        var command = new AuthorizePayment(OrderId, 1, customer, Price);
        await Should.ThrowAsync<DiedException>(() => Answer(payments, command));

        var answer = await Status(Authorizing, payments);
        answer.ShouldBeOfType(outcome);
        (await Settled()).ShouldBe(new Totals(Authorized: held, Held: held));
        (await Status(Authorizing, payments)).ShouldBe(answer);
        (await Answer(payments, command)).ShouldBe(answer);
        gateway.Calls.ShouldBe(["authorize", "status"]);
    }

    [TestCase(Customer, typeof(PaymentCaptured), 44000)]
    [TestCase("NOCAPTURE-1", typeof(CaptureRefused), 0)]
    public async Task The_gateway_is_asked_about_a_capture_without_an_outcome_which_is_then_recorded(
        string customer, Type outcome, long captured)
    {
        await Authorize(customer: customer);
        var (payments, gateway) = Breaking(Fate.AnswerLost);
        await Should.ThrowAsync<DiedException>(() => Answer(payments, new CapturePayment(OrderId, 1)));

        var answer = await Status(Capturing, payments);
        answer.ShouldBeOfType(outcome);
        (await Settled()).ShouldBe(new Totals(Authorized: 44000, Captured: captured, Held: 44000 - captured));
        (await Status(Capturing, payments)).ShouldBe(answer);
        (await Answer(payments, new CapturePayment(OrderId, 1))).ShouldBe(answer);
        gateway.Calls.ShouldBe(["capture", "status"]);
    }

    [Test]
    public async Task Nothing_is_known_of_an_authorisation_that_did_not_reach_the_gateway_and_none_is_made()
    {
        var (payments, gateway) = Breaking(Fate.Lost);
        await Should.ThrowAsync<DiedException>(() => Answer(payments, new AuthorizePayment(OrderId, 1, Customer, Price)));
        (await Status(Authorizing, payments)).ShouldBe(new PaymentUnknown(OrderId, 1, Authorizing, 1));
        gateway.Calls.ShouldBe(["authorize", "status"]);
        (await Authorize()).ShouldBeOfType<PaymentAuthorized>();
    }

    [Test]
    public async Task Nothing_is_known_of_a_capture_that_did_not_reach_the_gateway_and_none_is_made()
    {
        await Authorize();
        var (payments, gateway) = Breaking(Fate.Lost);
        await Should.ThrowAsync<DiedException>(() => Answer(payments, new CapturePayment(OrderId, 1)));
        (await Status(Capturing, payments)).ShouldBe(new PaymentUnknown(OrderId, 1, Capturing, 1));
        gateway.Calls.ShouldBe(["capture", "status"]);
        (await Capture()).ShouldBe(new PaymentCaptured(OrderId, 1, Price));
    }

    [TestCase("VoidPayment")]
    [TestCase("authorizepayment")]
    [TestCase("")]
    public async Task A_question_about_anything_else_is_rejected(string step) =>
        (await Should.ThrowAsync<RejectedMessageException>(() => Status(step))).Message
            .ShouldBe($"GetPaymentStatus asks about the step '{step}'; it may ask about AuthorizePayment or CapturePayment");

    [Test]
    public async Task A_question_about_no_attempt_is_rejected() =>
        (await Should.ThrowAsync<RejectedMessageException>(() => Status(nameof(AuthorizePayment), attempt: 0))).Message
            .ShouldEndWith("attempt is 0; they count from 1");

    (Payments Payments, BrokenOnce Gateway) Breaking(Fate fate)
    {
        var gateway = new BrokenOnce(Gateway, fate);
        return (Service(Stores.Ledger, gateway), gateway);
    }

    Task<IStepMessage> Status(string step, Payments? payments = null, int epoch = 1, int attempt = 1) =>
        Answer(payments ?? Payments, new GetPaymentStatus(OrderId, epoch, step, attempt));
}
