using Microsoft.Extensions.Hosting;
using Quartz;

namespace Orchestrator.Worker.Deadlines;

/// <summary>Starts Quartz once the tables and the bus stand, and stops it before they go.</summary>
sealed class DeadlineScheduler(ISchedulerFactory factory, Task ready) : BackgroundService
{
    IScheduler? _scheduler;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_scheduler is not null)
            await _scheduler.Shutdown(waitForJobsToComplete: true, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await ready.WaitAsync(stoppingToken);
            _scheduler = await factory.GetScheduler(stoppingToken);
            await _scheduler.Start(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops, or could not start.
        }
    }
}
