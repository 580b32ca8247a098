using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using MassTransit;
using Orchestrator.Contracts;

namespace Orchestrator.MassTransit.Telemetry;

/// <summary>Measures what a host does with its messages, and says on their spans what they are.</summary>
/// <param name="time">The host's clock.</param>
public sealed class HandledMessages(TimeProvider time) : IFilter<ConsumeContext>
{
    static readonly Histogram<double> Duration = Instrumentation.OfMoments(
        "messaging.process.duration", "How long a message was handled, tries at once included");

    static readonly Histogram<double> Lag = Instrumentation.OfSpells(
        "orchestrator.message.lag", "How long ago a message was sent when its handling began, by both hosts' clocks");

    static readonly ConcurrentDictionary<Uri, string> Queues = new();

    /// <inheritdoc />
    public Task Send(ConsumeContext context, IPipe<ConsumeContext> next) => Measure(context, () => next.Send(context));

    /// <summary>Measures the handling of a message.</summary>
    public Task Measure(ConsumeContext context, Func<Task> handle)
    {
        if (Activity.Current is { IsAllDataRequested: true } span)
            Describe(span, context);
        return Duration.Enabled ? MeasureTime(context, handle) : handle();
    }

    /// <inheritdoc />
    public void Probe(ProbeContext context) => context.CreateFilterScope("telemetry");

    async Task MeasureTime(ConsumeContext context, Func<Task> handle)
    {
        var queue = KeyValuePair.Create(
            Instrumentation.Destination,
            (object?)Queues.GetOrAdd(context.ReceiveContext.InputAddress, static address => address.Segments[^1]));
        if (context.SentTime is { } sent)
            Lag.Record(Math.Max(0, (time.GetUtcNow().UtcDateTime - sent.ToUniversalTime()).TotalSeconds), queue);
        var began = time.GetTimestamp();
        try
        {
            await handle();
            Duration.Record(time.GetElapsedTime(began).TotalSeconds, queue);
        }
        catch (Exception e)
        {
            Duration.Record(time.GetElapsedTime(began).TotalSeconds, queue, KeyValuePair.Create("error.type", (object?)e.GetType().Name));
            throw;
        }
    }

    static void Describe(Activity span, ConsumeContext context)
    {
        span.SetTag("messaging.message.id", context.MessageId?.ToString());
        span.SetTag("messaging.message.conversation_id", context.ConversationId?.ToString());
        span.SetTag("orchestrator.saga.id", context.CorrelationId?.ToString());
        var type = context.SupportedMessageTypes.FirstOrDefault();
        span.SetTag("orchestrator.message.type", type?[(type.LastIndexOf(':') + 1)..]);
    }
}
