using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.MassTransit.Telemetry;

namespace Orchestrator.MassTransit.Broker;

/// <summary>
/// Defers a message whose type this version does not know, until a replica that knows it takes it. During a rollout the queue also delivers
/// messages for the new version to the old replicas. This is no failed attempt, so the message never goes to the dead letters. A message
/// that names no type goes there at once.
/// </summary>
sealed class UnknownTypeFilter(RedeliveryQueues waiting, UnknownTypes unknown, MessageLog log) : IFilter<ReceiveContext>
{
    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        var message = MessageIdentity.Of(context);
        if (waiting.Count == 0 || !message.NamesAType)
        {
            await next.Send(context);
            return;
        }

        var deferrals = RedeliveryQueues.Number(context, WireHeaders.Deferrals);
        FailedMessage.Deferred(waiting.Queue);
        var delay = await waiting.Defer(context);
        unknown.Note(waiting.Queue, message.Id?.ToString() ?? "", message.Urn, delay);
        if (deferrals == 0)
            log.Unknown(waiting.Queue, message.Id, message.Urn, delay);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("unknownType");
}
