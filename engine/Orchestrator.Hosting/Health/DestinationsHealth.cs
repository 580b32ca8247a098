using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orchestrator.MassTransit.Sending;

namespace Orchestrator.Hosting.Health;

/// <summary>Whether everything takes messages that this host sends to. What is for another one goes on, so the host stays ready.</summary>
sealed class DestinationsHealth(Destinations destinations) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var blocked = destinations.Blocked;
        return Task.FromResult(blocked.Count == 0
            ? HealthCheckResult.Healthy("every queue and exchange takes messages")
            : HealthCheckResult.Degraded($"messages are put off and come again for {string.Join(", ", blocked)}"));
    }
}
