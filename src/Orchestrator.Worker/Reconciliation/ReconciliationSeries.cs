using Microsoft.Extensions.Hosting;

namespace Orchestrator.Worker.Reconciliation;

/// <summary>Shows the series of reconciliation before anything has been found.</summary>
sealed class ReconciliationSeries : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ReconciliationInstruments.Begin();
        return Task.CompletedTask;
    }
}
