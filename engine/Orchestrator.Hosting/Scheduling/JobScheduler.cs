using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using Quartz;

namespace Orchestrator.Hosting.Scheduling;

/// <summary>
/// Starts Quartz once the tables and the bus stand, however long its store is away, and stops it before they go. Without a scheduled
/// job there is nothing to start.
/// </summary>
/// <param name="store">Where the schedule is kept.</param>
/// <param name="ready">Completes when the tables and the bus stand.</param>
/// <param name="jobs">What the schedule is for.</param>
/// <param name="time">The clock of this process.</param>
/// <param name="logs">The host's logs.</param>
sealed partial class JobScheduler(
    Action<IQuartzBuilder> store, Task ready, IEnumerable<ScheduledJob> jobs, TimeProvider time, ILoggerFactory logs) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    // The jobs let go at once; but Quartz writes that they have ended, and tries for ever while its store is away.
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
#pragma warning disable CA1031 // Whatever Quartz wraps its store's failure in: a host without its schedule would never run a job.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogNotStarted(_logger, Redacted.Reason(e));
            await _quartz.DisposeAsync();
            return false;
        }
    }

    // A container of its own for each try: a scheduler that could not start can't be had a second time from the same one.
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
        "The schedule's store has not answered within {Within}; stopping without a last word to it, another replica takes its turns over")]
    static partial void LogLeft(ILogger logger, TimeSpan within);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The schedule could not start ({Reason}); trying again within seconds")]
    static partial void LogNotStarted(ILogger logger, string reason);
}
