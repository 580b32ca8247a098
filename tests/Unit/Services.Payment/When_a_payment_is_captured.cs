using Orchestrator.Contracts.Payment;
using Orchestrator.Services.Payment;

namespace Orchestrator.Tests.Unit.Services.Payment;

public abstract class When_a_payment_is_captured(IPaymentStores stores) : PaymentTest(stores)
{
    [Test]
    public async Task The_hold_becomes_money_received()
    {
        await Authorize();
        (await Capture()).ShouldBe(new PaymentCaptured(OrderId, 1, Price));
        (await Settled()).ShouldBe(new Totals(Authorized: 44000, Captured: 44000));
    }

    [Test]
    public async Task Many_deliveries_at_once_take_it_once()
    {
        await Authorize();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Capture()));
        answers.ShouldAllBe(answer => answer.Equals(new PaymentCaptured(OrderId, 1, Price)));
        (await Settled()).ShouldBe(new Totals(Authorized: 44000, Captured: 44000));
    }

    [Test]
    public async Task Its_void_is_refused_each_time_in_the_same_words()
    {
        var refused = new PaymentVoidRefused(OrderId, 1, "its payment has been captured and can't be voided");
        var authorized = await Authorize();
        await Capture();
        (await Void()).ShouldBe(refused);
        (await Void()).ShouldBe(refused);
        (await Void(epoch: 2)).ShouldBe(refused with { Epoch = 2 });
        (await Settled()).ShouldBe(new Totals(Authorized: 44000, Captured: 44000));
        (await Authorize()).ShouldBe(authorized);
    }

    [Test]
    public async Task A_void_of_an_earlier_try_that_comes_again_is_answered_still()
    {
        await Authorize(1);
        var voided = await Void(1);
        await Authorize(2);
        await Capture();
        (await Void(1)).ShouldBe(voided);
        (await Settled()).ShouldBe(new Totals(Authorized: 88000, Voided: 44000, Captured: 44000));
    }

    [Test]
    public async Task Another_epoch_does_not_take_it_twice()
    {
        await Authorize();
        await Capture(1);
        await Should.ThrowAsync<PaymentConflictException>(() => Capture(2));
        (await Settled()).ShouldBe(new Totals(Authorized: 44000, Captured: 44000));
    }

    [Test]
    public async Task The_authorisation_that_comes_again_gets_its_old_answer()
    {
        var authorized = await Authorize();
        await Capture();
        (await Authorize()).ShouldBe(authorized);
    }
}

public abstract class When_a_capture_is_refused(IPaymentStores stores) : PaymentTest(stores)
{
    [Test]
    public async Task The_hold_stays_until_it_is_voided()
    {
        await Authorize(customer: "NOCAPTURE-1");
        (await Capture()).ShouldBe(new CaptureRefused(OrderId, 1, "hold expired"));
        (await Capture()).ShouldBe(new CaptureRefused(OrderId, 1, "hold expired"));
        (await Settled()).ShouldBe(new Totals(Authorized: 44000, Held: 44000));
        (await Void()).ShouldBe(new PaymentVoided(OrderId, 1));
        (await Settled()).ShouldBe(new Totals(Authorized: 44000, Voided: 44000));
        (await Capture()).ShouldBe(new CaptureRefused(OrderId, 1, "hold expired"));
    }

    [Test]
    public async Task A_refusal_because_nothing_was_held_stands_and_a_higher_epoch_takes_the_money()
    {
        var refused = await Capture(1);
        refused.ShouldBe(new CaptureRefused(OrderId, 1, Payments.NothingHeld));
        await Authorize();
        (await Capture(1)).ShouldBe(refused);
        (await Capture(2)).ShouldBe(new PaymentCaptured(OrderId, 2, Price));
    }
}
