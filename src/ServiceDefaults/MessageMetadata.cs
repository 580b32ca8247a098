using System.Collections.Concurrent;
using System.Reflection;
using MassTransit;
using Orchestrator.Contracts;

namespace Orchestrator.ServiceDefaults;

/// <summary>What every message carries, whoever sends it.</summary>
public static class MessageMetadata
{
    static readonly ConcurrentDictionary<Type, int> SchemaVersions = new();

    /// <summary>Stamps every message that a bus sends or publishes, and leaves what its sender has set.</summary>
    /// <param name="bus">The bus being configured.</param>
    /// <param name="source">The party that sends: <c>payment</c>, …</param>
    public static void UseMessageMetadata(this IBusFactoryConfigurator bus, string source)
    {
        bus.ConfigureSend(send => send.UseExecute(context => Stamp(context, source)));
        bus.ConfigurePublish(publish => publish.UseExecute(context => Stamp(context, source)));

        // The interfaces that messages share are for code, not for subscriptions.
        bus.Publish<ISagaMessage>(topology => topology.Exclude = true);
        bus.Publish<IStepMessage>(topology => topology.Exclude = true);
        bus.Publish<Contracts.Orders.IOrderMessage>(topology => topology.Exclude = true);
        bus.Publish<Contracts.Orders.IOrderStep>(topology => topology.Exclude = true);

        bus.ConfigureJsonSerializerOptions(options =>
        {
            options.WriteIndented = false;
            return options;
        });
    }

    /// <summary>The schema version of a message type.</summary>
    public static int SchemaVersion(Type type) =>
        SchemaVersions.GetOrAdd(type, static t => t.GetCustomAttribute<SchemaVersionAttribute>()?.Version ?? 1);

    static void Stamp(SendContext context, string source)
    {
        if (context.TryGetPayload<ConsumeContext>(out var cause) && cause.MessageId is { } causation)
            SetOnce(context, WireHeaders.CausationId, causation.ToString());
        SetOnce(context, WireHeaders.Source, source);
        if (context is not SendContext<object> { Message: var message })
            return;
        context.CorrelationId ??= (message as ISagaMessage)?.SagaId;
        SetOnce(context, WireHeaders.SchemaVersion, SchemaVersion(message.GetType()));
    }

    static void SetOnce(SendContext context, string header, object value) => context.Headers.Set(header, value, overwrite: false);
}
