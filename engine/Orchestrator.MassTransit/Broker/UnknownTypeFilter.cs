using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.MassTransit.Telemetry;

namespace Orchestrator.MassTransit.Broker;

/// <summary>
/// A message whose type nobody here knows waits as long as it takes for a replica that does: while a new version is rolled out, the queue
/// brings what is meant for the new replicas to the old ones too. That is no attempt, so it never goes to the dead letters. A message that
/// names no type goes there at once.
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
