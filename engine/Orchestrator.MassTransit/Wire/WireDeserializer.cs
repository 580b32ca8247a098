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

    /// <summary>Reads a message that lies in MassTransit's JSON envelope.</summary>
    /// <returns>Nothing when it says that it is something else.</returns>
    /// <exception cref="System.Runtime.Serialization.SerializationException">It says that it is such an envelope, and is none.</exception>
    public static ConsumeContext? Read(ReceiveContext context) =>
        WireEnvelope.Read(context.Body.GetBytes()) is { } envelope
        ? new WireConsumeContext(context, new WireContext(envelope, context.Body))
        : context.ContentType is null || context.ContentType.MediaType == SystemTextJsonMessageSerializer.JsonContentType.MediaType
        ? Others(context)
        : null;

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

    // What our own senders don't write.
    static UnansweredConsumeContext Others(ReceiveContext context) =>
        new(context, MassTransits.Deserialize(context.Body, context.TransportHeaders, context.InputAddress));

    /// <inheritdoc />
    public void Probe(ProbeContext context) => context.CreateScope("json").Add("contentType", ContentType.MediaType);
}
