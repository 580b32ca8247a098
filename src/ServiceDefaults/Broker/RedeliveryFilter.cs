using MassTransit;
using MassTransit.RabbitMqTransport;
using Orchestrator.Contracts;
using Orchestrator.ServiceDefaults.Telemetry;
using Orchestrator.Wire.Sending;

namespace Orchestrator.ServiceDefaults.Broker;

/// <summary>A message that could not be handled waits and comes again, each time for longer. After the last wait it goes on to the dead letters.</summary>
sealed class RedeliveryFilter(RedeliveryQueues waiting, Destinations destinations, Func<Exception, bool> isForAnotherReplica) : IFilter<ExceptionReceiveContext>
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
        LogContext.Warning?.Log(
            context.Exception, "{Queue}: {MessageId} could not be handled; it comes again in {Delay}", waiting.Queue, context.GetMessageId(), delay);
    }

    // A queue of dead letters that takes nothing must not hold up the others: what goes there waits where other messages wait, and comes again.
    async Task SetAside(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next, int redeliveries)
    {
        context.ExceptionHeaders.Set(WireHeaders.OriginExchange, EventExchange.Origin(context.GetPayload<RabbitMqBasicConsumeContext>()));
        try
        {
            await destinations.Send(
                BrokerQueues.Error(waiting.Queue),
                _ => SendWatch.Over(() => next.Send(context)),
                context.CancellationToken);
        }
        catch (DeferredMessageException e) when (waiting.Count > 0)
        {
            var delay = await waiting.Wait(context, waiting.Count - 1, (MessageHeaders.RedeliveryCount, redeliveries));
            LogContext.Warning?.Log("{Queue}: {MessageId} could not be set aside ({Reason}); it comes again in {Delay}", waiting.Queue, context.GetMessageId(), e.Message, delay);
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("redelivery");
}
