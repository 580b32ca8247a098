using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orchestrator.MassTransit.Sending;

namespace Orchestrator.Hosting.Health;

/// <summary>
/// Whether all receivers of this host's messages take them. When one does not, messages for the others go on, so the host stays ready.
/// </summary>
sealed class DestinationsHealth(Destinations destinations) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var blocked = destinations.Blocked;
        return Task.FromResult(blocked.Count == 0
            ? HealthCheckResult.Healthy("every queue and exchange takes messages")
            : HealthCheckResult.Degraded($"messages are deferred and come again for {string.Join(", ", blocked)}"));
    }
}
