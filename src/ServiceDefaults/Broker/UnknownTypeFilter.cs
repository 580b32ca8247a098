using System.Text.Json;
using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.ServiceDefaults.Telemetry;

namespace Orchestrator.ServiceDefaults.Broker;

/// <summary>
/// A message whose type nobody here knows waits as long as it takes for a replica that does: while a new version is rolled out, the queue brings
/// what is meant for the new replicas to the old ones too. That is no attempt, so it never goes to the dead letters.
/// </summary>
sealed class UnknownTypeFilter(RedeliveryQueues waiting, UnknownTypes unknown) : IFilter<ReceiveContext>
{
    const string Unnamed = "message without a type";

    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        if (waiting.Count == 0)
        {
            await next.Send(context);
            return;
        }

        var deferrals = RedeliveryQueues.Number(context, WireHeaders.Deferrals);
        FailedMessage.Deferred(waiting.Queue);
        var delay = await waiting.Defer(context);
        var type = TypeOf(context);
        unknown.Note(waiting.Queue, context.GetMessageId()?.ToString() ?? "", type, delay);
        if (deferrals == 0)
        {
            LogContext.Warning?.Log(
                "{Queue}: {MessageId} is a {Type}, which this version does not know; it waits for a replica that does and comes again in {Delay}",
                waiting.Queue, context.GetMessageId(), type, delay);
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("unknownType");

    // MassTransit reads it, but tells nobody of what it does not know.
    static string TypeOf(ReceiveContext context)
    {
        try
        {
            using var envelope = JsonDocument.Parse(context.GetBody());
            return envelope.RootElement.GetProperty("messageType")[0].GetString() ?? Unnamed;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            return Unnamed;
        }
    }
}
