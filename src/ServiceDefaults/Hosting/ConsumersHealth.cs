using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orchestrator.ServiceDefaults.Broker;

namespace Orchestrator.ServiceDefaults.Hosting;

/// <summary>Whether this host takes messages from each of its queues.</summary>
sealed class ConsumersHealth(ConsumedQueues queues, EndpointSupervisor supervisor) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var absent = queues.WithoutConsumer;
        return Task.FromResult(absent.Count == 0
            ? HealthCheckResult.Healthy("every queue has a consumer of this host")
            : HealthCheckResult.Unhealthy($"no consumer of this host for {string.Join(", ", absent)}{(supervisor.Away is { } reason ? $"; {reason}" : "")}"));
    }
}
