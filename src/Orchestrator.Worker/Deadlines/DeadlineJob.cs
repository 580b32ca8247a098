using Microsoft.Extensions.Logging;
using Orchestrator.Journal.Deadlines;
using Quartz;

namespace Orchestrator.Worker.Deadlines;

/// <summary>Wakes every second and sweeps; one at a time, however many replicas there are.</summary>
[DisallowConcurrentExecution]
sealed partial class DeadlineJob(DeadlineSweep sweep, ILogger<DeadlineJob> logger) : IJob
{
    /// <summary>How often it wakes.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            if (await sweep.Run(cancellationToken) is var told and > 0)
                LogTold(told);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host stops; what was leased and not told is told when the lease is over.
        }
#pragma warning disable CA1031 // Whatever went wrong, the next second tries again; Quartz would only log it with a stack.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(e.GetBaseException().Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Count} deadlines have passed; their sagas are told")]
    partial void LogTold(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sagas could not be told that their deadlines have passed ({Reason}); trying again")]
    partial void LogFailed(string reason);
}
