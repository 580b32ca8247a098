using System.Net.Mime;
using System.Text.Json;
using MassTransit;
using MassTransit.Serialization;

namespace Orchestrator.Journal.Repository;

/// <summary>Sends content that is serialised already, as the journal holds it.</summary>
sealed class RecordedBody(JsonElement message) : IMessageSerializer
{
    public ContentType ContentType => SystemTextJsonMessageSerializer.JsonContentType;

    public MessageBody GetMessageBody<T>(SendContext<T> context)
        where T : class => new SystemTextJsonMessageBody<T>(
        context, SystemTextJsonMessageSerializer.Options, new JsonMessageEnvelope(context, message));
}
