using MassTransit;
using Orchestrator.Journal;
using Orchestrator.MassTransit.Broker;
using Orchestrator.MassTransit.Telemetry;
using Orchestrator.MassTransit.Wire;
using Polly;

namespace Orchestrator.MassTransit.Endpoints;

/// <summary>
/// Gives the messages of a saga to the dispatcher before MassTransit reads them. All other messages continue in MassTransit's pipe.
/// </summary>
/// <remarks>
/// It stands outside MassTransit's error handling, so a rescue must be added before it. It returns when the message may be acknowledged.
/// </remarks>
/// <param name="kind">The kind of saga that owns the queue.</param>
/// <param name="dispatcher">Moves the saga. It is lazy because it needs the bus, which does not exist yet while the endpoints are
/// made.</param>
/// <param name="handled">Measures the handling.</param>
/// <param name="retries">Tries a failed message again at once.</param>
sealed class SagaFilter(
    ISagaKind kind, Lazy<SagaDispatcher> dispatcher, HandledMessages handled, ResiliencePipeline retries) : IFilter<ReceiveContext>
{
    readonly Dictionary<string, Type> _types = kind.Receives.ToDictionary(MessageUrn.ForTypeString, StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc />
    public Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        if (WireEnvelope.Read(context) is not { } envelope || TypeOf(envelope) is not { } type)
            return next.Send(context);
        var message = new HandledMessage(
            envelope.MessageId, envelope.ConversationId, envelope.CorrelationId, envelope.SentTime, envelope.MessageTypes.FirstOrDefault(),
            context.InputAddress);
        return handled.Measure(message, () => Dispatch(type, envelope, context));
    }

    /// <inheritdoc />
    public void Probe(ProbeContext context) => context.CreateFilterScope("saga").Add("kind", kind.Name);

    Type? TypeOf(WireEnvelope envelope)
    {
        foreach (var urn in envelope.MessageTypes)
        {
            if (_types.TryGetValue(urn, out var type))
                return type;
        }

        return null;
    }

    async Task Dispatch(Type type, WireEnvelope envelope, ReceiveContext context)
    {
        var stop = context.CancellationToken;
        var isAgain = false;
        try
        {
            EventExchange.Check(context, envelope.MessageTypes);
            await retries.ExecuteAsync(
                async cancellationToken =>
                {
                    var delivery = IncomingEnvelope.Of(kind, type, envelope, context, isAgain);
                    isAgain = true;
                    context.AddOrUpdatePayload(() => delivery, _ => delivery);
                    await dispatcher.Value.Dispatch(delivery, cancellationToken);
                },
                stop);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            // The host does not stop. Without this change of the exception the message would come again at once, without limit.
            throw new TimeoutException($"{type.Name} {envelope.MessageId} was not handled in time", e);
        }
    }
}
