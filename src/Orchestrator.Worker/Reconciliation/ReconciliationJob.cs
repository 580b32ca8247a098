using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using Quartz;

namespace Orchestrator.Worker.Reconciliation;

/// <summary>Reconciles by a schedule, on one replica at a time, and logs what contradicts.</summary>
[DisallowConcurrentExecution]
sealed partial class ReconciliationJob(Reconciler reconciler, TimeProvider time, ILogger<ReconciliationJob> logger) : IJob
{
    const int MostLogged = 100;

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var (began, found) = (time.GetTimestamp(), new Dictionary<ContradictionKind, long>());
        try
        {
            var orders = await reconciler.Run(
                Reconciler.SettledAfter,
                (contradiction, acknowledgement) =>
                {
                    if (acknowledgement is not null)
                        return Task.CompletedTask;
                    found[contradiction.Kind] = found.GetValueOrDefault(contradiction.Kind) + 1;
                    ReconciliationInstruments.Found(contradiction.Kind);
                    if (found.Values.Sum() <= MostLogged)
                        LogContradiction(
                            contradiction.Kind, contradiction.OrderNumber ?? "-", contradiction.OrderId, contradiction.Found,
                            contradiction.Repair);
                    return Task.CompletedTask;
                },
                cancellationToken);
            var (all, seconds) = (found.Values.Sum(), time.GetElapsedTime(began).TotalSeconds);
            ReconciliationInstruments.Ran(all == 0 ? "agreed" : "contradicted");
            if (all == 0)
                LogAgreed(orders, seconds);
            else
                LogFound(all, orders, seconds, string.Join(", ", found.Select(kind => $"{kind.Key} {kind.Value}")));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host stops; the next turn begins anew.
        }
#pragma warning disable CA1031 // Whatever went wrong, the next turn tries again; Quartz would only log it with a stack.
        catch (Exception e)
#pragma warning restore CA1031
        {
            ReconciliationInstruments.Ran("failed");
            LogFailed(Redacted.Reason(e));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind}: order {OrderNumber} ({OrderId}): {Found}; {Repair}")]
    partial void LogContradiction(ContradictionKind kind, string orderNumber, Guid orderId, string found, string repair);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "{Count} contradictions in the books of {Orders} orders, read in {Seconds:0.0} s: {Kinds}; 'reconcile' lists them all")]
    partial void LogFound(long count, long orders, double seconds, string kinds);

    [LoggerMessage(Level = LogLevel.Information, Message = "The books of {Orders} orders agree, read in {Seconds:0.0} s")]
    partial void LogAgreed(long orders, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "The books could not be compared: {Reason}")]
    partial void LogFailed(string reason);
}
