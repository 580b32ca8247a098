using Microsoft.Extensions.Hosting;
using Orchestrator.Journal.Search;
using Orchestrator.Storage.Views;

namespace Orchestrator.Hosting.Views;

/// <summary>
/// Makes older sagas searchable while the host works, and replaces the views that waited for that, or that somebody read when it started.
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
            // The host stops; the next one to start goes on.
        }
    }
}
