using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using Quartz;

namespace Orchestrator.Hosting.Scheduling;

/// <summary>
/// Starts Quartz when the tables and the bus are ready, and stops it before them. While its store can't be reached it tries again. Without
/// a scheduled job it starts nothing.
/// </summary>
/// <param name="store">Configures the store of the schedule.</param>
/// <param name="ready">Completes when the tables and the bus are ready.</param>
/// <param name="jobs">The jobs of the schedule.</param>
/// <param name="time">The clock of this process.</param>
/// <param name="logs">The host's logs.</param>
sealed partial class JobScheduler(
    Action<IQuartzBuilder> store, Task ready, IEnumerable<ScheduledJob> jobs, TimeProvider time, ILoggerFactory logs) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    // The jobs end at once. But Quartz records their end, and tries for ever while its store can't be reached.
    static readonly TimeSpan LastWrite = TimeSpan.FromSeconds(5);

    readonly ILogger _logger = logs.CreateLogger<JobScheduler>();
    ServiceProvider? _quartz;
    IScheduler? _scheduler;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await End(cancellationToken).WaitAsync(LastWrite, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            LogLeft(_logger, LastWrite);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (jobs.All(job => job.Schedule is null))
            return;
        try
        {
            await ready.WaitAsync(stoppingToken);
            while (!await IsStarted(stoppingToken))
                await Task.Delay(Pause, time, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops, or could not start.
        }
    }

    async Task End(CancellationToken cancellationToken)
    {
        if (_scheduler is not null)
            await _scheduler.Shutdown(waitForJobsToComplete: true, cancellationToken);
        if (_quartz is not null)
            await _quartz.DisposeAsync();
    }

    async Task<bool> IsStarted(CancellationToken cancellationToken)
    {
        _quartz = Build();
        try
        {
            var scheduler = await _quartz.GetRequiredService<ISchedulerFactory>().GetScheduler(cancellationToken);
            foreach (var job in jobs.Where(job => job.Schedule is null))
                await scheduler.DeleteJob(new JobKey(job.Name), cancellationToken);
            await scheduler.Start(cancellationToken);
            _scheduler = scheduler;
            return true;
        }
#pragma warning disable CA1031 // Quartz may wrap its store's failure in any exception, and the host must try again.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogNotStarted(_logger, Redacted.Reason(e));
            await _quartz.DisposeAsync();
            return false;
        }
    }

    // Each try needs a new container, because the same container returns the scheduler that could not start.
    ServiceProvider Build()
    {
        var services = new ServiceCollection();
        services.AddSingleton(logs).AddLogging().AddSingleton(time);
        foreach (var job in jobs)
            job.Services(services);
        services.AddQuartz(quartz =>
        {
            store(quartz);
            quartz.ConfigureScheduler(scheduler => scheduler.ShutdownJobInterruption = ShutdownJobInterruption.Always);
            foreach (var job in jobs)
                job.Schedule?.Invoke(quartz);
        });
        return services.BuildServiceProvider();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "The schedule's store has not answered within {Within}; the host stops without recording that, and another replica takes over")]
    static partial void LogLeft(ILogger logger, TimeSpan within);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The schedule could not start ({Reason}); trying again within seconds")]
    static partial void LogNotStarted(ILogger logger, string reason);
}
