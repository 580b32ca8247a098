using MassTransit;
using Orchestrator.Journal;
using Orchestrator.MassTransit.Broker;
using Orchestrator.MassTransit.Telemetry;
using Orchestrator.MassTransit.Wire;
using Polly;

namespace Orchestrator.MassTransit.Endpoints;

/// <summary>
/// Hands the messages of a saga to the dispatcher before MassTransit reads them; everything else goes on down MassTransit's pipe.
/// </summary>
/// <remarks>
/// It stands outside of MassTransit's handling of errors, so whoever adds it puts a rescue before it. It returns when the message may be
/// acknowledged.
/// </remarks>
/// <param name="kind">The kind of saga whose queue this is.</param>
/// <param name="dispatcher">Moves the saga. It needs the bus, which does not exist yet while its endpoints are made.</param>
/// <param name="handled">Measures what is handled.</param>
/// <param name="retries">Tries again at once.</param>
sealed class SagaFilter(
    ISagaKind kind, Lazy<SagaDispatcher> dispatcher, HandledMessages handled, ResiliencePipeline retries) : IFilter<ReceiveContext>
{
    readonly Dictionary<string, Type> _types = kind.Receives.ToDictionary(MessageUrn.ForTypeString, StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc />
    public Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        var message = WireDeserializer.Read(context);
        return message?.SupportedMessageTypes.Select(_types.GetValueOrDefault).FirstOrDefault(known => known is not null) is { } type
            ? handled.Measure(message, () => Dispatch(type, message))
            : next.Send(context);
    }

    /// <inheritdoc />
    public void Probe(ProbeContext context) => context.CreateFilterScope("saga").Add("kind", kind.Name);

    async Task Dispatch(Type type, ConsumeContext message)
    {
        var stop = message.CancellationToken;
        var isAgain = false;
        try
        {
            EventExchange.Check(message);
            await retries.ExecuteAsync(
                async cancellationToken =>
                {
                    var delivery = IncomingEnvelope.Of(kind, type, message, isAgain);
                    isAgain = true;
                    message.ReceiveContext.AddOrUpdatePayload(() => delivery, _ => delivery);
                    await dispatcher.Value.Dispatch(delivery, cancellationToken);
                },
                stop);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            // Nobody takes the message away: without this it would come again at once, and again.
            throw new TimeoutException($"{type.Name} {message.MessageId} was not handled in time", e);
        }
    }
}
