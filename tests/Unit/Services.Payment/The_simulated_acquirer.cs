using Orchestrator.Contracts;
using Orchestrator.Services.Payment.Gateway;

namespace Orchestrator.Tests.Unit.Services.Payment;

public abstract class The_simulated_acquirer(IPaymentStores stores) : PaymentTest(stores)
{
    readonly Guid _hold = Guid.CreateVersion7(), _capture = Guid.CreateVersion7();

    [Test]
    public async Task Gives_the_same_key_the_same_answer()
    {
        var key = Guid.CreateVersion7();
        var answer = (await Ask(key)).ShouldBeOfType<Approved>();
        (await Ask(key)).ShouldBe(answer);
        (await Gateway.GetStatus(key, default)).ShouldBe(answer);
    }

    [Test]
    public async Task Takes_the_same_key_with_another_amount_for_an_error()
    {
        var key = Guid.CreateVersion7();
        await Ask(key);
        await Should.ThrowAsync<InvalidOperationException>(() => Ask(key, 1));
        await Should.ThrowAsync<InvalidOperationException>(() => Ask(key, currency: "EUR"));
    }

    [Test]
    public async Task Says_so_when_it_does_not_know_a_key() => (await Gateway.GetStatus(Guid.CreateVersion7(), default)).ShouldBeNull();

    [Test]
    public async Task Declines_an_authorisation_whose_void_came_first()
    {
        var key = Guid.CreateVersion7();
        (await Gateway.Void(key, default)).ShouldBe(VoidResult.NeverHeld);
        (await Ask(key)).ShouldBe(new Declined("voided"));
        (await Gateway.GetStatus(key, default)).ShouldBe(new Declined("voided"));
        (await Totals.Of(Stores.Books, "acquirer_summary", OrderId)).ShouldBe(new Totals());
    }

    [Test]
    public async Task Says_each_time_whether_a_void_let_go_of_something()
    {
        var key = Guid.CreateVersion7();
        await Ask(key);
        (await Gateway.Void(key, default)).ShouldBe(VoidResult.Released);
        (await Gateway.Void(key, default)).ShouldBe(VoidResult.Released);
        (await Ask(key)).ShouldBe(new Declined("voided"));
    }

    [Test]
    public async Task Captures_a_hold_once_and_never_voids_it_then()
    {
        var hold = (Approved)await Ask(_hold);
        var captured = await Gateway.Capture(_capture, hold.Reference, Price, default);
        captured.ShouldBeOfType<Approved>();
        (await Gateway.Capture(_capture, hold.Reference, Price, default)).ShouldBe(captured);
        (await Gateway.GetStatus(_capture, default)).ShouldBe(captured);
        (await Gateway.Capture(Guid.CreateVersion7(), hold.Reference, Price, default)).ShouldBe(new Declined("nothing held"));
        await Should.ThrowAsync<InvalidOperationException>(() => Gateway.Void(_hold, default));
        await Should.ThrowAsync<InvalidOperationException>(() => Gateway.Capture(_capture, hold.Reference, new Money(1, "USD"), default));
    }

    [Test]
    public async Task Captures_no_other_amount_than_it_holds()
    {
        var hold = (Approved)await Ask(Guid.CreateVersion7());
        (await Gateway.Capture(Guid.CreateVersion7(), hold.Reference, new Money(440.01m, "USD"), default))
            .ShouldBe(new Declined("amount differs from the hold"));
    }

    [Test]
    public async Task Decides_between_many_calls_with_one_key_once()
    {
        var key = Guid.CreateVersion7();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Ask(key)));
        answers.Distinct().ShouldHaveSingleItem();
    }

    Task<GatewayAnswer> Ask(Guid key, decimal amount = 440m, string currency = "USD") =>
        Gateway.Authorize(new AuthorizationRequest(key, OrderId, Customer, new Money(amount, currency)), default);
}
