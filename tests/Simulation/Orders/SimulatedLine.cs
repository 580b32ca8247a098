using System.Globalization;
using Orchestrator.Contracts;
using Orchestrator.Services.Payment.Gateway;
using Orchestrator.Simulation.Parties;
using Orchestrator.Simulation.Worlds;

namespace Orchestrator.Tests.Simulation.Orders;

/// <summary>The connection of a process to the payment gateway.</summary>
sealed class SimulatedLine(IPaymentGateway gateway, Process process, Defect defect) : IPaymentGateway
{
    int _tries;

    public Task<GatewayAnswer> Authorize(AuthorizationRequest request, CancellationToken cancellationToken) =>
        Call(() => gateway.Authorize(request with { Key = KeyOf(request.Key) }, cancellationToken));

    public Task<GatewayAnswer> Capture(Guid key, string authorizationId, Money amount, CancellationToken cancellationToken) =>
        Call(() => gateway.Capture(KeyOf(key), authorizationId, amount, cancellationToken));

    public Task<VoidResult> Void(Guid authorizationKey, CancellationToken cancellationToken) =>
        Call(() =>
            defect.Is(OrderDefects.VoidOnlyOurBooks)
            ? Task.FromResult(VoidResult.Released) : gateway.Void(authorizationKey, cancellationToken));

    public Task<GatewayAnswer?> GetStatus(Guid key, CancellationToken cancellationToken) =>
        Call(() => gateway.GetStatus(key, cancellationToken));

    Guid KeyOf(Guid key) =>
        defect.Is(OrderDefects.NewKeyForEachTry)
        ? DerivedId.From(key.ToString(), process.ToString()!, (_tries++).ToString(CultureInfo.InvariantCulture)) : key;

    async Task<T> Call<T>(Func<Task<T>> call)
    {
        await process.Point(Fault.CrashAroundEffect);
        if (process.Meets(Fault.EffectTimeout, 10))
            throw new TimeoutException("the gateway could not be reached");
        var answer = await call();
        await process.Point(Fault.CrashAroundEffect);
        return process.Meets(Fault.EffectTimeout, 10) ? throw new TimeoutException("the gateway did not answer") : answer;
    }
}
