using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using Quartz;

namespace Orchestrator.Hosting.Reconciliation;

/// <summary>Reconciles by a schedule, on one replica at a time, and logs what contradicts.</summary>
[DisallowConcurrentExecution]
sealed partial class ReconciliationJob(Reconciler reconciler, TimeProvider time, ILogger<ReconciliationJob> logger) : IJob
{
    const int MostLogged = 100;

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var (began, found) = (time.GetTimestamp(), new Dictionary<string, long>());
        try
        {
            var compared = await reconciler.Run(Reconciler.SettledAfter, Report, cancellationToken);
            var sagas = string.Join(" and ", compared.Select(kind => $"{kind.Count} {kind.Noun}s"));
            var (all, seconds) = (found.Values.Sum(), time.GetElapsedTime(began).TotalSeconds);
            ReconciliationInstruments.Ran(all == 0 ? "agreed" : "contradicted");
            if (all == 0)
                LogAgreed(sagas, seconds);
            else
                LogFound(all, sagas, seconds, string.Join(", ", found.Select(kind => $"{kind.Key} {kind.Value}")));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host stops; the next turn begins anew.
        }
#pragma warning disable CA1031 // Any failure: the next turn tries again, and Quartz would only log it with a stack.
        catch (Exception e)
#pragma warning restore CA1031
        {
            ReconciliationInstruments.Ran("failed");
            LogFailed(Redacted.Reason(e));
        }

        Task Report(Contradiction contradiction, Acknowledgement? acknowledgement)
        {
            if (acknowledgement is not null)
                return Task.CompletedTask;
            var (kind, what, repair, _) = contradiction.Finding;
            found[kind] = found.GetValueOrDefault(kind) + 1;
            ReconciliationInstruments.Found(kind);
            if (found.Values.Sum() <= MostLogged)
                LogContradiction(kind, contradiction.Noun, contradiction.BusinessKey ?? "-", contradiction.SagaId, what, repair);
            return Task.CompletedTask;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind}: {Noun} {BusinessKey} ({SagaId}): {Found}; {Repair}")]
    partial void LogContradiction(string kind, string noun, string businessKey, Guid sagaId, string found, string repair);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "{Count} contradictions in the books of {Sagas}, read in {Seconds:0.0} s: {Kinds}; 'reconcile' lists them all")]
    partial void LogFound(long count, string sagas, double seconds, string kinds);

    [LoggerMessage(Level = LogLevel.Information, Message = "The books of {Sagas} agree, read in {Seconds:0.0} s")]
    partial void LogAgreed(string sagas, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "The books could not be compared: {Reason}")]
    partial void LogFailed(string reason);
}
