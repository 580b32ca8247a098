using Orchestrator.Contracts;
using Orchestrator.Services.Payment.Gateway;

namespace Orchestrator.Tests.Unit.Services.Payment.Interleaving;

/// <summary>A gateway whose calls wait for the act's turn.</summary>
public sealed class SteppedGateway(IPaymentGateway inner, Act act) : IPaymentGateway
{
    public Task<GatewayAnswer> Authorize(AuthorizationRequest request, CancellationToken cancellationToken) =>
        act.Step("gateway authorize", () => inner.Authorize(request, cancellationToken));

    public Task<GatewayAnswer> Capture(Guid key, string authorizationId, Money amount, CancellationToken cancellationToken) =>
        act.Step("gateway capture", () => inner.Capture(key, authorizationId, amount, cancellationToken));

    public Task<VoidResult> Void(Guid authorizationKey, CancellationToken cancellationToken) =>
        act.Step("gateway void", () => inner.Void(authorizationKey, cancellationToken));

    public Task<GatewayAnswer?> GetStatus(Guid key, CancellationToken cancellationToken) =>
        act.Step("gateway status", () => inner.GetStatus(key, cancellationToken));
}
