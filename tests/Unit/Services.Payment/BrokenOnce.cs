using Orchestrator.Contracts;
using Orchestrator.Services.Payment.Gateway;
using Orchestrator.Tests.Unit.Services.Payment.Interleaving;

namespace Orchestrator.Tests.Unit.Services.Payment;

/// <summary>A gateway whose first call fails.</summary>
public sealed class BrokenOnce(IPaymentGateway inner, Fate fate) : IPaymentGateway
{
    /// <summary>The calls, in order.</summary>
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
