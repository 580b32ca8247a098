using System.Net.Mime;
using MassTransit;
using MassTransit.Serialization;

namespace Orchestrator.MassTransit.Wire;

/// <summary>Writes messages.</summary>
sealed class WireSerializer : IMessageSerializer
{
    /// <inheritdoc />
    public ContentType ContentType => SystemTextJsonMessageSerializer.JsonContentType;

    /// <inheritdoc />
    public MessageBody GetMessageBody<T>(SendContext<T> context)
        where T : class => new WireBody(context, context.Message, context.Message.GetType());
}
