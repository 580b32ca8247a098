using System.Net.Mime;
using System.Text.Json;
using MassTransit;
using MassTransit.Serialization;

namespace Orchestrator.MassTransit.Wire;

/// <summary>Writes a message whose content is already serialised, as the journal holds it.</summary>
/// <param name="content">The content.</param>
public sealed class RecordedContent(JsonElement content) : IMessageSerializer
{
    /// <inheritdoc />
    public ContentType ContentType => SystemTextJsonMessageSerializer.JsonContentType;

    /// <inheritdoc />
    public MessageBody GetMessageBody<T>(SendContext<T> context)
        where T : class => new WireBody(context, content, typeof(JsonElement));
}
