using Microsoft.Extensions.Hosting;

namespace Orchestrator.Hosting.Reconciliation;

/// <summary>Begins the series of reconciliation at zero when the host starts.</summary>
sealed class ReconciliationSeries(IEnumerable<Ledgers> ledgers) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ReconciliationInstruments.Begin(ledgers.SelectMany(books => books.Reconciliation.Kinds).Distinct());
        return Task.CompletedTask;
    }
}
