using MassTransit;
using MassTransit.RabbitMqTransport;
using Orchestrator.Contracts;

namespace Orchestrator.ServiceDefaults.Broker;

/// <summary>
/// An event's exchange carries that event and nothing else. The broker says who may publish there, but what a message is says its
/// content: without this, whoever may publish one event could give a saga commands by it.
/// </summary>
static class EventExchange
{
    const string Urn = "urn:message:";

    static readonly HashSet<string> Shared =
        [.. typeof(ISagaMessage).Assembly.GetExportedTypes().Where(type => type.IsInterface).Select(type => Urn + BrokerQueues.Event(type))];

    /// <summary>Checks a message as it comes.</summary>
    /// <exception cref="RejectedMessageException">It came by another event's exchange.</exception>
    public static void Check(ConsumeContext context)
    {
        // Those of queues, through which everything else comes, have no colon.
        if (!context.ReceiveContext.TryGetPayload<RabbitMqBasicConsumeContext>(out var delivery) || !delivery.Exchange.Contains(':', StringComparison.Ordinal))
            return;
        foreach (var type in context.SupportedMessageTypes)
        {
            if (!(type.StartsWith(Urn, StringComparison.Ordinal) && type.AsSpan(Urn.Length).SequenceEqual(delivery.Exchange)) && !Shared.Contains(type))
                throw new RejectedMessageException($"the message came by the exchange {delivery.Exchange}, and says that it is {type}");
        }
    }
}
