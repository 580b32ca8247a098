using System.Net.Mime;
using MassTransit;
using MassTransit.Serialization;

namespace Orchestrator.MassTransit.Wire;

/// <summary>Reads messages.</summary>
sealed class WireDeserializer : IMessageDeserializer
{
    static readonly SystemTextJsonMessageSerializer MassTransits = SystemTextJsonMessageSerializer.Instance;

    /// <inheritdoc />
    public ContentType ContentType => SystemTextJsonMessageSerializer.JsonContentType;

    /// <inheritdoc />
    public ConsumeContext Deserialize(ReceiveContext receiveContext) =>
        WireEnvelope.Read(receiveContext.Body.GetBytes()) is { } envelope
            ? new WireConsumeContext(receiveContext, new WireContext(envelope, receiveContext.Body))
            : Others(receiveContext);

    /// <inheritdoc />
    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) =>
        WireEnvelope.Read(body.GetBytes()) is { } envelope
        ? new WireContext(envelope, body) : MassTransits.Deserialize(body, headers, destinationAddress);

    /// <inheritdoc />
    public MessageBody GetMessageBody(string text) => MassTransits.GetMessageBody(text);

    // For envelopes that this project's senders do not write.
    static UnansweredConsumeContext Others(ReceiveContext context) =>
        new(context, MassTransits.Deserialize(context.Body, context.TransportHeaders, context.InputAddress));

    /// <inheritdoc />
    public void Probe(ProbeContext context) => context.CreateScope("json").Add("contentType", ContentType.MediaType);
}
