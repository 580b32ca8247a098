using System.Diagnostics.CodeAnalysis;
using MassTransit;
using MassTransit.Context;
using Orchestrator.Contracts;

namespace Orchestrator.MassTransit.Wire;

/// <summary>A message that is being handled. It can be read as each of its types.</summary>
/// <remarks>A pipe may ask for many types. A type that does not match costs a comparison and no memory.</remarks>
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

    // The project does not use answer addresses. A sender must not use them to make this host write to a queue that is closed to the
    // sender.
    public override Uri ResponseAddress => null!;

    public override Uri FaultAddress => null!;

    public override DateTime? SentTime => message.SentTime;

    public override Headers Headers => message.Headers;

    public override HostInfo Host => message.Host;

    public override IEnumerable<string> SupportedMessageTypes => message.SupportedMessageTypes;

    // A deferred message has not failed, so it is not reported as failed.
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
