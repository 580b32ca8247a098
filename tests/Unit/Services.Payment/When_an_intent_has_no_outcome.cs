using Orchestrator.Contracts;
using Orchestrator.Contracts.Payment;
using Orchestrator.Services.Payment;
using Orchestrator.Services.Payment.Gateway;
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
        await Should.ThrowAsync<DiedException>(() => payments.Authorize(command));
        (await payments.Authorize(command)).ShouldBeOfType<PaymentAuthorized>();
        string.Join(", ", gateway.Calls).ShouldBe(calls);
        (await Settled()).ShouldBe(new Totals(Authorized: 44000, Held: 44000));
    }

    [TestCase(Fate.AnswerLost, "capture, status")]
    [TestCase(Fate.Lost, "capture, status, capture")]
    public async Task The_gateway_is_asked_about_the_capture_before_it_is_called_again(Fate fate, string calls)
    {
        await Authorize();
        var gateway = new BrokenOnce(Gateway, fate);
        var payments = Service(Stores.Ledger, gateway);
        await Should.ThrowAsync<DiedException>(() => payments.Capture(new CapturePayment(OrderId, 1)));
        (await payments.Capture(new CapturePayment(OrderId, 1))).ShouldBe(new PaymentCaptured(OrderId, 1, Price));
        string.Join(", ", gateway.Calls).ShouldBe(calls);
        (await Settled()).ShouldBe(new Totals(Authorized: 44000, Captured: 44000));
    }

    /// <summary>A gateway whose first call goes wrong.</summary>
    sealed class BrokenOnce(IPaymentGateway inner, Fate fate) : IPaymentGateway
    {
        public List<string> Calls { get; } = [];

        public Task<GatewayAnswer> Authorize(AuthorizationRequest request, CancellationToken cancellationToken) =>
            Call("authorize", () => inner.Authorize(request, cancellationToken));

        public Task<GatewayAnswer> Capture(Guid key, string authorizationId, Money amount, CancellationToken cancellationToken) =>
            Call("capture", () => inner.Capture(key, authorizationId, amount, cancellationToken));

        public Task<VoidResult> Void(Guid authorizationKey, CancellationToken cancellationToken) =>
            Call("void", () => inner.Void(authorizationKey, cancellationToken));

        public Task<GatewayAnswer?> GetStatus(Guid key, CancellationToken cancellationToken) =>
            Call("status", () => inner.GetStatus(key, cancellationToken));

        async Task<T> Call<T>(string name, Func<Task<T>> call)
        {
            Calls.Add(name);
            if (Calls.Count > 1)
                return await call();
            if (fate == Fate.AnswerLost)
                await call();
            throw new DiedException();
        }
    }
}
