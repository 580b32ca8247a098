using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orchestrator.MassTransit.Broker;

namespace Orchestrator.Hosting.Health;

/// <summary>Whether the process works. A process that can't get its consumers back must be started again.</summary>
sealed class DeafHealth(EndpointSupervisor supervisor) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        supervisor.Deaf.IsCompleted ? HealthCheckResult.Unhealthy(await supervisor.Deaf) : HealthCheckResult.Healthy("runs");
}
