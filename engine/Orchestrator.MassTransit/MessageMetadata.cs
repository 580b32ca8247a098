using System.Diagnostics;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.Logging;
using Orchestrator.Contracts;

namespace Orchestrator.MassTransit;

/// <summary>What every message is and carries, whoever sends it.</summary>
public static class MessageMetadata
{
    /// <summary>Stamps every message that a bus sends or publishes; what no contract knows is refused.</summary>
    /// <param name="bus">The bus being configured.</param>
    /// <param name="source">The party that sends, unless a message says otherwise by <see cref="SentBy"/>: <c>payment</c>, …</param>
    public static void UseMessageMetadata(this IBusFactoryConfigurator bus, string source)
    {
        bus.ConfigureSend(send => send.UseExecute(context => Stamp(context, source)));
        bus.ConfigurePublish(publish => publish.UseExecute(context => Stamp(context, source)));

        bus.PublishTopology.ConnectPublishTopologyConfigurationObserver(new WithoutSharedInterfaces());

        bus.ConfigureJsonSerializerOptions(options =>
        {
            options.WriteIndented = false;
            return options;
        });
    }

    /// <summary>Names the party that sends this message, on a bus that several share.</summary>
    public static void SentBy(this SendContext context, string party)
    {
        context.AddOrUpdatePayload(() => new Sender(party), _ => new Sender(party));
        context.Headers.Set(WireHeaders.Source, party);
    }

    static void Stamp(SendContext context, string source)
    {
        SentTypes.Check(context);
        // MassTransit tells only of spans that are recorded; but whoever gets the message must know that its trace has begun, and as what.
        if (Activity.Current is { Recorded: false, Id: { } span })
            context.Headers.Set(DiagnosticHeaders.ActivityId, span);
        // MassTransit hands the headers of a consumed message on to those sent because of it; these are the message's own.
        context.Headers.Set(WireHeaders.Source, context.TryGetPayload<Sender>(out var sender) ? sender.Party : source);
        if (context.TryGetPayload<ConsumeContext>(out var cause))
            context.Headers.Set(WireHeaders.CausationId, cause.MessageId?.ToString());
        if (context is not SendContext<object> { Message: var message })
            return;
        context.CorrelationId ??= (message as ISagaMessage)?.SagaId;
        context.Headers.Set(WireHeaders.SchemaVersion, SchemaVersionAttribute.Of(message.GetType()));
    }

    sealed record Sender(string Party);

    // They get no exchanges.
    sealed class WithoutSharedInterfaces : IPublishTopologyConfigurationObserver
    {
        public void MessageTopologyCreated<T>(IMessagePublishTopologyConfigurator<T> configurator)
            where T : class
        {
            if (MessageContract.IsShared(typeof(T)))
                configurator.Exclude = true;
        }
    }
}
