using MassTransit;
using Orchestrator.ServiceDefaults.Telemetry;

namespace Orchestrator.ServiceDefaults.Broker;

/// <summary>A message that could not be handled waits and comes again, each time for longer. After the last wait it goes on to the dead letters.</summary>
sealed class RedeliveryFilter(RedeliveryQueues waiting, Func<Exception, bool> isForAnotherReplica) : IFilter<ExceptionReceiveContext>
{
    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        using var span = FailedMessage.Tell(context.Exception);
        var redeliveries = RedeliveryQueues.Number(context, MessageHeaders.RedeliveryCount);
        var chances = Failure.Chain(context.Exception).Any(isForAnotherReplica) ? int.MaxValue : waiting.Count;
        if (waiting.Count == 0 || Failure.IsFinal(context.Exception) || redeliveries >= chances)
        {
            await Patience.Send(_ => next.Send(context), context.CancellationToken);
            return;
        }

        FailedMessage.Redelivered(waiting.Queue);
        var delay = await waiting.Wait(context, redeliveries, (MessageHeaders.RedeliveryCount, redeliveries + 1));
        LogContext.Warning?.Log(
            context.Exception, "{Queue}: {MessageId} could not be handled; it comes again in {Delay}", waiting.Queue, context.GetMessageId(), delay);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("redelivery");
}
