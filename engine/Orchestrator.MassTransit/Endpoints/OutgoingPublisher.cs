using System.Collections.Concurrent;
using System.Text.Json;
using MassTransit;
using MassTransit.Logging;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using Orchestrator.Journal;
using Orchestrator.MassTransit.Sending;
using Orchestrator.MassTransit.Telemetry;
using Orchestrator.MassTransit.Wire;

namespace Orchestrator.MassTransit.Endpoints;

/// <summary>Sends the messages that the journal has recorded, with the recorded ids.</summary>
/// <remarks>
/// While the broker can't be reached, it tries again and again. When the broker can be reached and a receiver takes no messages, the
/// message that caused these is deferred (<see cref="DeferredMessageException"/>). It frees its place for other sagas and comes again. The
/// journal then returns the messages that are still useful.
/// </remarks>
public sealed partial class OutgoingPublisher(
    IBus bus, Destinations destinations, TimeProvider time, ILogger<OutgoingPublisher> logger) : IOutgoingSender
{
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    // Messages of a committed transition are sent even if the handling of their cause is cancelled now. If the queue were deleted together
    // with the cause, nothing would send them again.
    static readonly TimeSpan LastTry = TimeSpan.FromSeconds(3);
    // All events may lead to one queue.
    const string Events = "events";

    static readonly ConcurrentDictionary<string, Uri> Addresses = [];
    static readonly ConcurrentDictionary<Type, string> Exchanges = [];

    /// <summary>
    /// Sends all messages, and returns when the broker has confirmed each. A receiver that takes no messages does not delay the others.
    /// </summary>
    /// <param name="kind">The kind of saga that sends.</param>
    /// <param name="outgoing">The messages; empty when nothing is to be sent.</param>
    /// <param name="cancellationToken">Ends the tries, but not before a first try. The message that caused these is then not acknowledged
    /// and comes again.</param>
    /// <param name="traceParent">The span that they belong to; null for the current span.</param>
    /// <exception cref="DeferredMessageException">A receiver takes no messages although the broker can be reached.</exception>
    /// <exception cref="MessageTooLargeException">
    /// One message is larger than the broker's limit, so the message that caused it goes to the dead letters. The step continues as if no
    /// answer had come.
    /// </exception>
    public Task Send(
        ISagaKind kind, IReadOnlyList<OutgoingEnvelope> outgoing, CancellationToken cancellationToken, string? traceParent = null) =>
            outgoing.Count switch
            {
                0 => Task.CompletedTask,
                1 => UntilTaken(kind, outgoing[0], traceParent, cancellationToken),
                _ => Task.WhenAll(outgoing.Select(envelope => UntilTaken(kind, envelope, traceParent, cancellationToken))),
            };

    async Task UntilTaken(ISagaKind kind, OutgoingEnvelope envelope, string? traceParent, CancellationToken cancellationToken)
    {
        var type = kind.MessageType(envelope.MessageType);
        var message = envelope.Content ?? envelope.Message.Deserialize(type, WireJson.Options)!;
        var receiver = envelope.Queue ?? Exchanges.GetOrAdd(type, static type => $"{type.Namespace}:{type.Name}");
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                var began = time.GetTimestamp();
                await destinations.Send(
                    receiver, stop =>
                        Send(envelope, type, message, traceParent, stop), cancellationToken, LastTry, envelope.Queue ?? Events);
                PublishInstruments.Confirmed(envelope.MessageType, time, began);
                return;
            }
            catch (Exception e) when (e is DeferredMessageException or MessageTooLargeException)
            {
                PublishInstruments.NotTaken(envelope.MessageType);
                throw;
            }
#pragma warning disable CA1031 // The transition is committed, so its messages must be sent, whatever the error.
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                PublishInstruments.NotTaken(envelope.MessageType);
                LogNotTaken(logger, envelope.MessageType, envelope.MessageId, receiver, Redacted.Reason(e), pause.TotalSeconds);
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    async Task Send(OutgoingEnvelope envelope, Type type, object message, string? traceParent, CancellationToken cancellationToken)
    {
        var pipe = new EnvelopePipe(envelope, traceParent);
        if (envelope.Queue is null)
        {
            await bus.Publish(message, type, pipe, cancellationToken);
            return;
        }

        var endpoint = await bus.GetSendEndpoint(Addresses.GetOrAdd(envelope.Queue, static queue => new Uri($"exchange:{queue}")));
        await endpoint.Send(message, type, pipe, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "The broker did not take {MessageType} {MessageId} for {Receiver} ({Reason}); trying again in {Pause} s")]
    static partial void LogNotTaken(ILogger logger, string messageType, Guid messageId, string receiver, string reason, double pause);

    sealed class EnvelopePipe(OutgoingEnvelope envelope, string? traceParent) : IPipe<SendContext>, IPipe<PublishContext>
    {
        public Task Send(PublishContext context) => Send((SendContext)context);

        public Task Send(SendContext context)
        {
            context.MessageId = envelope.MessageId;
            context.CorrelationId = envelope.CorrelationId;
            context.ConversationId = envelope.ConversationId;
            if (envelope.CausationId is { } causation)
                context.Headers.Set(WireHeaders.CausationId, causation.ToString());
            if (envelope.Source is { } source)
                context.Headers.Set(WireHeaders.Source, source);
            context.Headers.Set(WireHeaders.SchemaVersion, envelope.SchemaVersion);
            if (traceParent is not null)
                context.Headers.Set(DiagnosticHeaders.ActivityId, traceParent);
            context.Serializer = new RecordedContent(envelope.Message);
            return Task.CompletedTask;
        }

        public void Probe(ProbeContext context) => context.CreateScope("journal");
    }
}
