using MassTransit;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using Orchestrator.MassTransit.Telemetry;

namespace Orchestrator.MassTransit.Broker;

/// <summary>
/// Puts a deferred message (<see cref="DeferredMessageException"/>) into the redelivery queues of its queue, as often as needed. This is no
/// failed attempt, so the message never goes to the dead letters.
/// </summary>
sealed class DeferralFilter(RedeliveryQueues waiting, MessageLog log) : IFilter<ExceptionReceiveContext>
{
    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        if (waiting.Count == 0 || Failure.Deferral(context.Exception) is not { } deferral)
        {
            await next.Send(context);
            return;
        }

        // Otherwise the message would also count as one without a handler.
        if (context is { IsDelivered: false, IsFaulted: false })
            await context.NotifyFaulted(context.Exception);
        FailedMessage.Deferred(waiting.Queue);
        // For other reasons, Destinations or the health checks report the cause, in fewer lines.
        var isNew = Failure.IsReturned(context.Exception) && RedeliveryQueues.Number(context, WireHeaders.Deferrals) == 0;
        var delay = await waiting.Defer(context);
        log.Deferred(isNew ? LogLevel.Warning : LogLevel.Debug, waiting.Queue, context, deferral, delay);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("deferral");
}
