using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using MassTransit;
using Orchestrator.Contracts;

namespace Orchestrator.MassTransit.Telemetry;

/// <summary>Measures how a host handles its messages, and describes the messages on their spans.</summary>
/// <param name="time">The host's clock.</param>
public sealed class HandledMessages(TimeProvider time) : IFilter<ConsumeContext>
{
    static readonly Histogram<double> Duration = Instrumentation.OfMoments(
        "messaging.process.duration", "How long the handling of a message took, with all tries at once");

    static readonly Histogram<double> Lag = Instrumentation.OfSpells(
        "orchestrator.message.lag", "The time from the sending of a message to the start of its handling, by both hosts' clocks");

    static readonly ConcurrentDictionary<Uri, string> Queues = new();

    /// <inheritdoc />
    public Task Send(ConsumeContext context, IPipe<ConsumeContext> next) => Measure(
        new HandledMessage(
            context.MessageId, context.ConversationId, context.CorrelationId, context.SentTime,
            context.SupportedMessageTypes.FirstOrDefault(), context.ReceiveContext.InputAddress),
        () => next.Send(context));

    /// <summary>Measures the handling of a message.</summary>
    internal Task Measure(in HandledMessage message, Func<Task> handle)
    {
        if (Activity.Current is { IsAllDataRequested: true } span)
            Describe(span, message);
        return Duration.Enabled ? MeasureTime(message, handle) : handle();
    }

    /// <inheritdoc />
    public void Probe(ProbeContext context) => context.CreateFilterScope("telemetry");

    async Task MeasureTime(HandledMessage message, Func<Task> handle)
    {
        var queue = KeyValuePair.Create(
            Instrumentation.Destination,
            (object?)Queues.GetOrAdd(message.InputAddress, static address => address.Segments[^1]));
        if (message.SentAt is { } sent)
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

    static void Describe(Activity span, in HandledMessage message)
    {
        span.SetTag("messaging.message.id", message.Id?.ToString());
        span.SetTag("messaging.message.conversation_id", message.ConversationId?.ToString());
        span.SetTag("orchestrator.saga.id", message.CorrelationId?.ToString());
        span.SetTag("orchestrator.message.type", message.Type?[(message.Type.LastIndexOf(':') + 1)..]);
    }
}

/// <summary>The parts of a message that its measurement needs.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ConversationId">The conversation that it belongs to.</param>
/// <param name="CorrelationId">The saga that it concerns.</param>
/// <param name="SentAt">When it was sent, by its sender's clock.</param>
/// <param name="Type">The URN of its type.</param>
/// <param name="InputAddress">The address of its queue.</param>
readonly record struct HandledMessage(
    Guid? Id, Guid? ConversationId, Guid? CorrelationId, DateTime? SentAt, string? Type, Uri InputAddress);
