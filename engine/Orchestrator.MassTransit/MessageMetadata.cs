using System.Diagnostics;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.Logging;
using Orchestrator.Contracts;

namespace Orchestrator.MassTransit;

/// <summary>The headers that every message carries, and the check of its type.</summary>
public static class MessageMetadata
{
    /// <summary>Sets the headers of every message that a bus sends or publishes. A type that is not in the contracts is refused.</summary>
    /// <param name="bus">The bus being configured.</param>
    /// <param name="source">The party that sends, such as <c>bank</c>. <see cref="SentBy"/> overrides it for one message.</param>
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

    /// <summary>Names the party that sends this message, on a bus that several parties share.</summary>
    public static void SentBy(this SendContext context, string party)
    {
        context.AddOrUpdatePayload(() => new Sender(party), _ => new Sender(party));
        context.Headers.Set(WireHeaders.Source, party);
    }

    static void Stamp(SendContext context, string source)
    {
        SentTypes.Check(context);
        // MassTransit sends only the ids of recorded spans. The receiver must also know the trace of a span that is not recorded.
        if (Activity.Current is { Recorded: false, Id: { } span })
            context.Headers.Set(DiagnosticHeaders.ActivityId, span);
        // MassTransit copies the headers of a consumed message to the messages that it causes. These two headers belong to the new message.
        context.Headers.Set(WireHeaders.Source, context.TryGetPayload<Sender>(out var sender) ? sender.Party : source);
        if (context.TryGetPayload<ConsumeContext>(out var cause))
            context.Headers.Set(WireHeaders.CausationId, cause.MessageId?.ToString());
        if (context is not SendContext<object> { Message: var message })
            return;
        context.CorrelationId ??= (message as ISagaMessage)?.SagaId;
        context.Headers.Set(WireHeaders.SchemaVersion, SchemaVersionAttribute.Of(message.GetType()));
    }

    sealed record Sender(string Party);

    // The shared interfaces get no exchanges.
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
