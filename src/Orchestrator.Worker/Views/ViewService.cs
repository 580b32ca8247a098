using Microsoft.Extensions.Hosting;
using Orchestrator.Storage.Views;

namespace Orchestrator.Worker.Views;

/// <summary>Replaces, while the host works, the views that somebody read when it started.</summary>
sealed class ViewService(ViewUpkeep views) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await views.BringTheRest(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; the next one to start goes on.
        }
    }
}
