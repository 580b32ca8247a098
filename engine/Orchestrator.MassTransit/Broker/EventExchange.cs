using System.Text;
using MassTransit;
using MassTransit.RabbitMqTransport;
using Orchestrator.Contracts;

namespace Orchestrator.MassTransit.Broker;

/// <summary>
/// An event's exchange carries that event and nothing else. The broker says who may publish there, but what a message is says its
/// content: without this, whoever may publish one event could give a saga commands by it.
/// </summary>
static class EventExchange
{
    const string Urn = "urn:message:";

    // Read at the first message: by then the contracts of all consumers are loaded.
    static readonly HashSet<string> Shared = [.. MessageContract.LoadedSharedInterfaces().Select(type => Urn + BrokerQueues.Event(type))];

    /// <summary>Checks a message as it comes.</summary>
    /// <exception cref="ForeignMessageException">It came by another event's exchange.</exception>
    public static void Check(ConsumeContext context) => Check(context.ReceiveContext, context.SupportedMessageTypes);

    /// <inheritdoc cref="Check(ConsumeContext)" />
    /// <param name="context">How it came.</param>
    /// <param name="types">The types that it says it is of.</param>
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

    /// <summary>The exchange by which a message first came to its queue.</summary>
    /// <remarks>
    /// Where it waited, or was set aside and sent back, that is in a header. A header that comes by an event's exchange is its sender's
    /// invention; by a queue's own exchange nobody comes who may only publish events.
    /// </remarks>
    public static string Origin(RabbitMqBasicConsumeContext delivery) =>
        !IsOfAnEvent(delivery.Exchange) && delivery.Properties.Headers?.TryGetValue(WireHeaders.OriginExchange, out var origin) == true
        && origin is byte[] text
            ? Encoding.UTF8.GetString(text)
            : delivery.Exchange;

    // Those of queues, through which everything else comes, have no colon.
    static bool IsOfAnEvent(string exchange) => exchange.Contains(':', StringComparison.Ordinal);
}
