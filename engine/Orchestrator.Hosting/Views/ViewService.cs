using Microsoft.Extensions.Hosting;
using Orchestrator.Journal.Search;
using Orchestrator.Storage.Views;

namespace Orchestrator.Hosting.Views;

/// <summary>
/// Makes older sagas searchable while the host works. Then replaces the views that had to wait for this, or that were being read at the
/// start.
/// </summary>
sealed class ViewService(SagaSearch search, ViewUpkeep views) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(search.DoTheRest(stoppingToken), views.BringTheRest(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops. The next host that starts continues the work.
        }
    }
}
