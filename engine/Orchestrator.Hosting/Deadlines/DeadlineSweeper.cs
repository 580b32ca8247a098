using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using Orchestrator.Journal.Deadlines;

namespace Orchestrator.Hosting.Deadlines;

/// <summary>
/// Sweeps about once a second, in every replica and for each kind of saga separately. So a dead or frozen replica, a wrong clock or a queue
/// that takes no messages does not delay the deadlines of others.
/// </summary>
/// <param name="sweeps">A sweep for each kind of saga.</param>
/// <param name="ready">Completes when the tables and the bus are ready.</param>
/// <param name="time">The clock. Its timer is monotonic, so a jump of the host's clock does not affect it.</param>
/// <param name="logger">Gets a line when sagas could not be told.</param>
sealed partial class DeadlineSweeper(
    IReadOnlyCollection<DeadlineSweep> sweeps, Task ready, TimeProvider time, ILogger<DeadlineSweeper> logger) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    static readonly TimeSpan BetweenComplaints = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await ready.WaitAsync(stoppingToken);
            await Task.WhenAll(sweeps.Select(sweep => Sweep(sweep, stoppingToken)));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops, or could not start. A saga whose deadline was leased and not told is told when the lease is over.
        }
    }

    async Task Sweep(DeadlineSweep sweep, CancellationToken stoppingToken)
    {
        for (long complained = 0; ; await Task.Delay(Pause(), time, stoppingToken))
        {
            try
            {
                if (await sweep.Run(stoppingToken) is var told and > 0)
                    LogTold(told);
            }
#pragma warning disable CA1031 // The next sweep tries again.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (complained != 0 && time.GetElapsedTime(complained) < BetweenComplaints)
                    continue;
                complained = time.GetTimestamp();
                LogFailed(Redacted.Reason(e));
            }
        }
    }

    // The random part keeps replicas that started together from sweeping together.
    static TimeSpan Pause() => Interval * (0.9 + (0.2 * Random.Shared.NextDouble()));

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Count} deadlines have passed; their sagas are told")]
    partial void LogTold(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "Sagas could not be told that their deadlines have passed ({Reason}); trying again within seconds")]
    partial void LogFailed(string reason);
}
