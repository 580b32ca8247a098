using System.Collections.Concurrent;
using System.Text.Json;
using MassTransit;
using MassTransit.Logging;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using Orchestrator.Journal;
using Orchestrator.Journal.Telemetry;
using Orchestrator.MassTransit.Sending;
using Orchestrator.MassTransit.Telemetry;
using Orchestrator.MassTransit.Wire;

namespace Orchestrator.MassTransit.Endpoints;

/// <summary>Sends what the journal recorded, under the ids that it recorded.</summary>
/// <remarks>
/// While the broker is away it keeps trying. While the broker is there and a receiver takes nothing, the message that caused these is put
/// off (<see cref="DeferredMessageException"/>): it leaves its place to other sagas, comes again, and the journal then returns what is
/// still of use.
/// </remarks>
public sealed partial class OutgoingPublisher(
    IBus bus, Destinations destinations, TimeProvider time, ILogger<OutgoingPublisher> logger) : IOutgoingSender
{
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    // What is committed is sent even if its message is taken away in this moment: were the queue deleted with the message in it,
    // nothing would bring it back.
    static readonly TimeSpan LastTry = TimeSpan.FromSeconds(3);
    // All events may lead to one queue.
    const string Events = "events";

    static readonly ConcurrentDictionary<string, Uri> Addresses = [];
    static readonly ConcurrentDictionary<Type, string> Exchanges = [];

    /// <summary>
    /// Sends all of it; returns when the broker has confirmed each. One receiver that takes nothing does not hold up the others.
    /// </summary>
    /// <param name="kind">The kind of saga that sends.</param>
    /// <param name="outgoing">Empty when nothing is to be sent.</param>
    /// <param name="cancellationToken">Ends the trying, after a first and last try: the message that caused these is then not acknowledged
    /// and comes again.</param>
    /// <param name="traceParent">The span that they belong to, when it is not the present one.</param>
    /// <exception cref="DeferredMessageException">A receiver takes nothing although the broker is there.</exception>
    /// <exception cref="MessageTooLargeException">
    /// The broker never takes one of them, and the message that caused it goes to the dead letters. The step goes on as without an answer.
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
#pragma warning disable CA1031 // The transition is committed: whatever the reason, its messages must go out, and only trying again can bring that about.
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
