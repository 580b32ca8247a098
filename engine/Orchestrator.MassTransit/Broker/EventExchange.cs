using System.Text;
using MassTransit;
using Orchestrator.Contracts;

namespace Orchestrator.MassTransit.Broker;

/// <summary>
/// Checks that an event's exchange carries that event and nothing else. The broker decides who may publish to an exchange, but a message
/// names its own type. Without this check a party that may publish one event could send commands to a saga through it.
/// </summary>
static class EventExchange
{
    const string Urn = "urn:message:";

    // Read at the first message, because the contracts of all consumers are loaded by then.
    static readonly HashSet<string> Shared = [.. MessageContract.LoadedSharedInterfaces().Select(type => Urn + BrokerQueues.Event(type))];

    /// <summary>Checks a message that has arrived.</summary>
    /// <exception cref="ForeignMessageException">It came through the exchange of another event.</exception>
    public static void Check(ConsumeContext context) => Check(context.ReceiveContext, context.SupportedMessageTypes);

    /// <inheritdoc cref="Check(ConsumeContext)" />
    /// <param name="context">The delivery of the message.</param>
    /// <param name="types">The types that the message names.</param>
    public static void Check(ReceiveContext context, IEnumerable<string> types)
    {
        if (!context.TryGetPayload<RabbitMqBasicConsumeContext>(out var delivery) || Origin(delivery) is not { } exchange
            || !IsOfAnEvent(exchange))
            return;
        foreach (var type in types)
        {
            if (!(type.StartsWith(Urn, StringComparison.Ordinal) && type.AsSpan(Urn.Length).SequenceEqual(exchange))
                && !Shared.Contains(type))
                throw new ForeignMessageException($"the message came by the exchange {exchange}, and says that it is {type}");
        }
    }

    /// <summary>The exchange through which a message first came to its queue.</summary>
    /// <remarks>
    /// When a message has waited in a redelivery queue, or was redriven, a header holds its first exchange. The header is ignored when the
    /// message comes through an event's exchange, because the sender could have written it. A party that may only publish events can't use
    /// a queue's own exchange, so there the header is trusted.
    /// </remarks>
    public static string Origin(RabbitMqBasicConsumeContext delivery) =>
        !IsOfAnEvent(delivery.Exchange) && delivery.Properties.Headers?.TryGetValue(WireHeaders.OriginExchange, out var origin) == true
        && origin is byte[] text
            ? Encoding.UTF8.GetString(text)
            : delivery.Exchange;

    // The exchanges of queues, which carry all other messages, have no colon in their names.
    static bool IsOfAnEvent(string exchange) => exchange.Contains(':', StringComparison.Ordinal);
}
