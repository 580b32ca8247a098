using Orchestrator.Contracts.Payment;
using Orchestrator.Services.Payment;
using Orchestrator.Tests.Unit.Services.Payment.Interleaving;

namespace Orchestrator.Tests.Unit.Services.Payment;

public abstract class When_a_payment_is_voided(IPaymentStores stores) : PaymentTest(stores)
{
    [Test]
    public async Task The_hold_is_let_go_of()
    {
        await Authorize();
        (await Void()).ShouldBe(new PaymentVoided(OrderId, 1));
        (await Settled()).ShouldBe(new Totals(Authorized: 44000, Voided: 44000));
    }

    [Test]
    public async Task The_same_command_again_gets_the_same_answer_and_lets_go_once()
    {
        await Authorize();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Void()));
        answers.ShouldAllBe(answer => answer.Equals(new PaymentVoided(OrderId, 1)));
        (await Settled()).ShouldBe(new Totals(Authorized: 44000, Voided: 44000));
    }

    [Test]
    public async Task The_authorisation_that_comes_again_is_refused_and_not_answered_with_its_old_success()
    {
        await Authorize();
        await Void();
        (await Authorize()).ShouldBe(new PaymentRefused(OrderId, 1, Payments.VoidedBefore));
        (await Settled()).ShouldBe(new Totals(Authorized: 44000, Voided: 44000));
    }

    [Test]
    public async Task An_authorisation_that_comes_after_its_void_is_refused()
    {
        (await Void(epoch: 2)).ShouldBe(new PaymentVoided(OrderId, 2));
        (await Authorize(epoch: 1)).ShouldBe(new PaymentRefused(OrderId, 1, Payments.VoidedBefore));
        (await Authorize(epoch: 2)).ShouldBe(new PaymentRefused(OrderId, 2, Payments.VoidedBefore));
        (await Settled()).ShouldBe(new Totals());
    }

    [Test]
    public async Task An_authorisation_that_comes_after_its_void_is_refused_without_the_gateway()
    {
        await Void();
        var gateway = new BrokenOnce(Gateway, Fate.Lost);
        var late = new AuthorizePayment(OrderId, 1, Customer, Price);
        (await Answer(Service(Stores.Ledger, gateway), late)).ShouldBe(new PaymentRefused(OrderId, 1, Payments.VoidedBefore));
        gateway.Calls.ShouldBeEmpty();
    }

    [Test]
    public async Task A_higher_epoch_is_a_new_try_which_the_old_void_leaves_alone()
    {
        await Authorize(1);
        await Void(1);
        (await Authorize(2)).ShouldBeOfType<PaymentAuthorized>();
        (await Void(1)).ShouldBe(new PaymentVoided(OrderId, 1));
        (await Settled()).ShouldBe(new Totals(Authorized: 88000, Voided: 44000, Held: 44000));
        await Void(2);
        (await Settled()).ShouldBe(new Totals(Authorized: 88000, Voided: 88000));
    }

    [Test]
    public async Task A_void_of_a_later_epoch_lets_go_of_an_earlier_hold()
    {
        await Authorize(1);
        await Void(2);
        (await Settled()).ShouldBe(new Totals(Authorized: 44000, Voided: 44000));
    }

    [Test]
    public async Task Nothing_is_captured_any_more()
    {
        await Authorize();
        await Void();
        (await Capture()).ShouldBe(new CaptureRefused(OrderId, 1, Payments.NothingHeld));
        (await Settled()).ShouldBe(new Totals(Authorized: 44000, Voided: 44000));
    }
}
