using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orchestrator.Contracts;
using Orchestrator.Storage;

namespace Orchestrator.Hosting.Health;

/// <summary>Whether the party's database answers.</summary>
sealed class StoreHealth(Database database) : IHealthCheck
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await database.Ping(cancellationToken).WaitAsync(Patience, cancellationToken);
            return database.Forbidden is { } forbidden
                ? HealthCheckResult.Degraded($"{forbidden}; messages that need it wait and come again")
                : HealthCheckResult.Healthy("answers");
        }
#pragma warning disable CA1031 // After any error the database can't be used, and the answer says why.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return HealthCheckResult.Unhealthy(e is TimeoutException ? $"no answer within {Patience.TotalSeconds} s" : Redacted.Reason(e));
        }
    }
}
