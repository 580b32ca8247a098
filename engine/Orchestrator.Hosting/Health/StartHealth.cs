using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Orchestrator.Hosting.Health;

/// <summary>Whether the host has started.</summary>
sealed class StartHealth(StartUp start) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
        start.IsUp ? HealthCheckResult.Healthy("takes messages") : HealthCheckResult.Unhealthy("is starting or stopping"));
}
