using System.Diagnostics;
using System.Globalization;
using MassTransit;
using MassTransit.Logging;
using MassTransit.RabbitMqTransport;
using Orchestrator.Contracts;
using Orchestrator.ServiceDefaults.Telemetry;
using RabbitMQ.Client;

namespace Orchestrator.ServiceDefaults.Broker;

/// <summary>
/// Puts a message that could not be handled into a queue in which it waits and from which the broker brings it back: the
/// same message, with its ids. After the last wait it goes on to the dead letters.
/// </summary>
/// <remarks>The broker confirms the copy before the original is acknowledged: dying in between leaves two, never none.</remarks>
sealed class RedeliveryFilter(string queue, IReadOnlyList<TimeSpan> delays, Func<Exception, bool> isForAnotherReplica)
    : IFilter<ExceptionReceiveContext>
{
    // A deferred message waits in the first redelivery queue, and from then on in the second: what it waits for may be over soon.
    const int LongestDeferral = 1;

    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        var headers = context.GetPayload<RabbitMqBasicConsumeContext>().Properties.Headers;
        var redeliveries = Number(headers, MessageHeaders.RedeliveryCount);
        if (delays.Count > 0 && Failure.Deferral(context.Exception) is { } deferral)
        {
            await Defer(context, deferral, redeliveries, Number(headers, WireHeaders.Deferrals));
            return;
        }

        using var span = FailedMessage.Tell(context.Exception);
        var chances = Failure.Chain(context.Exception).Any(isForAnotherReplica) ? int.MaxValue : delays.Count;
        if (delays.Count == 0 || Failure.IsFinal(context.Exception) || redeliveries >= chances)
        {
            await Patience.Send(_ => next.Send(context), context.CancellationToken);
            return;
        }

        var delay = delays[Math.Min(redeliveries, delays.Count - 1)];
        FailedMessage.Redelivered(queue);
        await Wait(context, delay, (MessageHeaders.RedeliveryCount, redeliveries + 1));
        LogContext.Warning?.Log(
            context.Exception, "{Queue}: {MessageId} could not be handled; it comes again in {Delay}", queue, context.GetMessageId(), delay);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("redelivery");

    // The attempts stay as they are. The header marks it as a redelivery all the same: what its transition sends may not have been sent.
    async Task Defer(ExceptionReceiveContext context, DeferredMessageException deferral, int redeliveries, int deferrals)
    {
        var delay = delays[Math.Min(Math.Min(deferrals, LongestDeferral), delays.Count - 1)];
        FailedMessage.Deferred(queue);
        await Wait(context, delay, (MessageHeaders.RedeliveryCount, redeliveries), (WireHeaders.Deferrals, deferrals < int.MaxValue ? deferrals + 1 : deferrals));
        LogContext.Debug?.Log("{Queue}: {MessageId} waits and comes again in {Delay}: {Reason}", queue, context.GetMessageId(), delay, deferral.Message);
    }

    // The sender may have written anything there.
    static int Number(IDictionary<string, object?>? headers, string name) => headers?.TryGetValue(name, out var count) is not true ? 0 : count switch
    {
        byte[] text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0,
        int and >= 0 => (int)count,
        _ => 0,
    };

    async Task Wait(ExceptionReceiveContext context, TimeSpan delay, params (string Name, int Value)[] counts)
    {
        var channel = context.GetPayload<ChannelContext>();
        var properties = new BasicProperties(context.GetPayload<RabbitMqBasicConsumeContext>().Properties);
        properties.Headers = new Dictionary<string, object?>(properties.Headers ?? new Dictionary<string, object?>());
        foreach (var (name, value) in counts)
            properties.Headers[name] = value.ToString(CultureInfo.InvariantCulture);
        if (properties.Headers.TryGetValue(DiagnosticHeaders.ActivityId, out var header) && header is byte[] traceParent && Activity.Current is { Recorded: true })
            properties.Headers[DiagnosticHeaders.ActivityId] = FailedMessage.Kept(traceParent);
        var body = context.GetBody();
        await Patience.Send(
            stop => channel.BasicPublishAsync(BrokerQueues.Redelivery(queue, delay), queue, true, properties, body, true, stop), context.CancellationToken);
    }
}
