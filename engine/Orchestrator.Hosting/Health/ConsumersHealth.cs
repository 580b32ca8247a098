using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orchestrator.MassTransit.Broker;

namespace Orchestrator.Hosting.Health;

/// <summary>Whether this host takes messages from each of its queues.</summary>
sealed class ConsumersHealth(ConsumedQueues queues, EndpointSupervisor supervisor) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var absent = queues.WithoutConsumer;
        var refusals = supervisor.Away is { } away ? [away] : supervisor.Refusals;
        if (absent.Count > 0)
            return Task.FromResult(
                HealthCheckResult.Unhealthy(
                    string.Join("; ", refusals.Prepend($"no consumer of this host for {string.Join(", ", absent)}"))));
        if (queues.UnknownTypes.Waiting is { Count: > 0 } unknown)
        {
            refusals =
            [
                .. refusals,
                $"messages of types that this version does not know wait for a newer replica: "
                + $"{string.Join(", ", unknown.Select(waiting => $"{waiting.Count} of {waiting.Type} in {waiting.Queue}"))}",
            ];
        }

        return Task.FromResult(refusals.Count == 0
            ? HealthCheckResult.Healthy("every queue has a consumer of this host")
            : HealthCheckResult.Degraded(string.Join("; ", refusals)));
    }
}
