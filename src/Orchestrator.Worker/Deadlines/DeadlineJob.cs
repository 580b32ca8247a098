using Microsoft.Extensions.Logging;
using Orchestrator.Journal.Deadlines;
using Quartz;

namespace Orchestrator.Worker.Deadlines;

/// <summary>Sweeps every second until its next turn comes; on one replica at a time, however many there are.</summary>
/// <remarks>A turn of Quartz costs some thirty statements, a sweep that finds nothing costs one.</remarks>
[DisallowConcurrentExecution]
sealed partial class DeadlineJob(DeadlineSweep sweep, TimeProvider time, ILogger<DeadlineJob> logger) : IJob
{
    /// <summary>How long a turn lasts; after a failure, how long nothing is tried.</summary>
    public static readonly TimeSpan Turn = TimeSpan.FromSeconds(5);

    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var began = time.GetTimestamp();
            while (true)
            {
                if (await sweep.Run(cancellationToken) is var told and > 0)
                    LogTold(told);
                if (time.GetElapsedTime(began) > Turn - Interval)
                    return;
                await Task.Delay(Interval, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host stops; what was leased and not told is told when the lease is over.
        }
#pragma warning disable CA1031 // Whatever went wrong, the next turn tries again; Quartz would only log it with a stack.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(e.GetBaseException().Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Count} deadlines have passed; their sagas are told")]
    partial void LogTold(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sagas could not be told that their deadlines have passed ({Reason}); trying again within seconds")]
    partial void LogFailed(string reason);
}
