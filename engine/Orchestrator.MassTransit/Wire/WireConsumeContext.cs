using System.Diagnostics.CodeAnalysis;
using MassTransit;
using MassTransit.Context;
using Orchestrator.Contracts;

namespace Orchestrator.MassTransit.Wire;

/// <summary>A message that is being handled, as whichever types it is asked for.</summary>
/// <remarks>A saga asks for some forty types; those that it is not cost neither memory nor more than a comparison.</remarks>
sealed class WireConsumeContext(ReceiveContext receiveContext, WireContext message) : DeserializerConsumeContext(receiveContext, message)
{
    readonly Lock _gate = new();
    readonly List<(Type Type, ConsumeContext Context)> _read = new(1);

    public override Guid? MessageId => message.MessageId;

    public override Guid? RequestId => message.RequestId;

    public override Guid? CorrelationId => message.CorrelationId;

    public override Guid? ConversationId => message.ConversationId;

    public override Guid? InitiatorId => message.InitiatorId;

    public override DateTime? ExpirationTime => message.ExpirationTime;

    public override Uri SourceAddress => message.SourceAddress!;

    public override Uri DestinationAddress => message.DestinationAddress!;

    // Nobody here asks for an answer by an address, and the sender's choice must not make this host write where he may not.
    public override Uri ResponseAddress => null!;

    public override Uri FaultAddress => null!;

    public override DateTime? SentTime => message.SentTime;

    public override Headers Headers => message.Headers;

    public override HostInfo Host => message.Host;

    public override IEnumerable<string> SupportedMessageTypes => message.SupportedMessageTypes;

    // Put off, it has neither failed nor is it to be told of as if it had.
    public override Task NotifyFaulted<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception) =>
        DeferredMessageException.In(exception) is null
            ? base.NotifyFaulted(context, duration, consumerType, exception)
            : ReceiveContext.NotifyConsumed(context, duration, consumerType);

    public override bool HasMessageType(Type messageType) => message.IsSupportedMessageType(messageType);

    public override bool TryGetMessage<T>([NotNullWhen(true)] out ConsumeContext<T>? context)
    {
        if (!message.Offers<T>())
        {
            context = null;
            return false;
        }

        lock (_gate)
        {
            foreach (var (type, known) in _read)
            {
                if (type == typeof(T))
                {
                    context = (ConsumeContext<T>)known;
                    return true;
                }
            }

            if (!message.TryGetMessage<T>(out var read))
            {
                context = null;
                return false;
            }

            context = new MessageConsumeContext<T>(this, read!);
            _read.Add((typeof(T), context));
            return true;
        }
    }
}
