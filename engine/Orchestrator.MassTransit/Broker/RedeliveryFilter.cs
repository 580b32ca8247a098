using System.Data.Common;
using System.Text.Json;
using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.MassTransit.Sending;
using Orchestrator.MassTransit.Telemetry;

namespace Orchestrator.MassTransit.Broker;

/// <summary>
/// Lets a message that could not be handled wait and come again. Each wait is longer. After the last wait the message goes to the dead
/// letters.
/// </summary>
sealed class RedeliveryFilter(
    RedeliveryQueues waiting, Destinations destinations, Func<Exception, bool> isForAnotherReplica, MessageLog log)
    : IFilter<ExceptionReceiveContext>
{
    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        using var span = FailedMessage.Tell(context.Exception);
        var redeliveries = RedeliveryQueues.Number(context, MessageHeaders.RedeliveryCount);
        var chances = Failure.Chain(context.Exception).Any(isForAnotherReplica) ? int.MaxValue : waiting.Count;
        if (waiting.Count == 0 || Failure.IsFinal(context.Exception) || redeliveries >= chances)
        {
            await SetAside(context, next, redeliveries);
            return;
        }

        FailedMessage.Redelivered(waiting.Queue);
        var delay = await waiting.Wait(context, redeliveries, (MessageHeaders.RedeliveryCount, redeliveries + 1));
        log.Failed(waiting.Queue, context, context.Exception, delay);
    }

    // A queue of dead letters that takes no messages must not delay other messages. So a message that can't be set aside waits in a
    // redelivery queue and comes again.
    async Task SetAside(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next, int redeliveries)
    {
        // The dead letter keeps the body, so the reason does not quote its content.
        if (Failure.Chain(context.Exception).Any(e => e is JsonException or DbException))
            context.ExceptionHeaders.Set(MessageHeaders.FaultMessage, Redacted.Reason(context.Exception));
        context.ExceptionHeaders.Set(WireHeaders.OriginExchange, EventExchange.Origin(context.GetPayload<RabbitMqBasicConsumeContext>()));
        try
        {
            await destinations.Send(
                BrokerQueues.Error(waiting.Queue),
                _ => SendWatch.Over(() => next.Send(context)),
                context.CancellationToken);
            log.SetAside(waiting.Queue, context, context.Exception);
        }
        catch (DeferredMessageException e) when (waiting.Count > 0)
        {
            var delay = await waiting.Wait(context, waiting.Count - 1, (MessageHeaders.RedeliveryCount, redeliveries));
            log.Stays(waiting.Queue, context, e, delay);
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("redelivery");
}
