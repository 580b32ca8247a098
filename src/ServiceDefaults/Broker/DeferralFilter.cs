using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.ServiceDefaults.Telemetry;

namespace Orchestrator.ServiceDefaults.Broker;

/// <summary>
/// A message that is deferred (<see cref="DeferredMessageException"/>) waits in the redelivery queues of its queue as often as it takes. That is no
/// attempt, so it never goes to the dead letters.
/// </summary>
sealed class DeferralFilter(RedeliveryQueues waiting) : IFilter<ExceptionReceiveContext>
{
    // So often it waits in the second queue, after once in the first: what it waits for may be over soon. After that, ten minutes by default, it waits
    // in the third: a hundred thousand that come again every minute would leave no room to others.
    const int ShortWaits = 10;

    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        if (waiting.Count == 0 || Failure.Deferral(context.Exception) is not { } deferral)
        {
            await next.Send(context);
            return;
        }

        // Or it would also count as one that nobody handles.
        if (context is { IsDelivered: false, IsFaulted: false })
            await context.NotifyFaulted(context.Exception);
        FailedMessage.Deferred(waiting.Queue);
        var deferrals = RedeliveryQueues.Number(context, WireHeaders.Deferrals);
        // The attempts stay as they are, but their header is there: it marks a redelivery, for what the transition sends may not have been sent.
        var delay = await waiting.Wait(
            context, deferrals == 0 ? 0 : deferrals <= ShortWaits ? 1 : 2,
            (MessageHeaders.RedeliveryCount, RedeliveryQueues.Number(context, MessageHeaders.RedeliveryCount)),
            (WireHeaders.Deferrals, deferrals < int.MaxValue ? deferrals + 1 : deferrals));
        LogContext.Debug?.Log("{Queue}: {MessageId} waits and comes again in {Delay}: {Reason}", waiting.Queue, context.GetMessageId(), delay, deferral.Message);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("deferral");
}
