using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Orchestrator.Tests.Benchmarks.Floor;

/// <summary>
/// Writes messages in the format of MassTransit, field by field. So they have the same size, and every host can read them.
/// </summary>
public static class WireEnvelope
{
    /// <summary>The content type of such a message.</summary>
    public const string ContentType = "application/vnd.masstransit+json";

    static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    static readonly byte[] Host = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $$"""{"machineName":"{{Environment.MachineName}}","processName":"Orchestrator.Worker","processId":"""
        + $$"""{{Environment.ProcessId}},"assembly":"Orchestrator.Worker","assemblyVersion":"1.0.0.0","frameworkVersion":"""
        + $"\"{Environment.Version}\",\"massTransitVersion\":\"8.5.12.0\",\"operatingSystemVersion\":"
        + $"\"{Environment.OSVersion.VersionString}\"}}"));

    /// <summary>A writer for a buffer. The caller keeps it and resets it.</summary>
    public static Utf8JsonWriter Writer(IBufferWriter<byte> buffer) => new(buffer, Format);

    /// <summary>Writes a message.</summary>
    /// <param name="json">The writer; it is reset and flushed.</param>
    /// <param name="buffer">The buffer of the writer; it is emptied.</param>
    /// <param name="type">The name of the message's type.</param>
    /// <param name="messageId">The message's id.</param>
    /// <param name="orderId">The order that it concerns.</param>
    /// <param name="conversationId">The id that it shares with all messages that follow from it.</param>
    /// <param name="causationId">The message that caused it.</param>
    /// <param name="source">The party that sends it.</param>
    /// <param name="from">The queue or the host that it comes from.</param>
    /// <param name="to">The queue or the exchange that it goes to.</param>
    /// <param name="sentAt">When it is sent, in UTC.</param>
    /// <param name="content">Its content, as JSON.</param>
    public static void Write(
        Utf8JsonWriter json, ArrayBufferWriter<byte> buffer, string type, Guid messageId, Guid orderId, Guid conversationId,
        Guid? causationId, string source, string from, string to,
        DateTime sentAt, ReadOnlySpan<byte> content)
    {
        buffer.ResetWrittenCount();
        json.Reset();
        json.WriteStartObject();
        json.WriteString("messageId"u8, messageId);
        json.WriteNull("requestId"u8);
        json.WriteString("correlationId"u8, orderId);
        json.WriteString("conversationId"u8, conversationId);
        json.WriteNull("initiatorId"u8);
        json.WriteString("sourceAddress"u8, from);
        json.WriteString("destinationAddress"u8, to);
        json.WriteNull("responseAddress"u8);
        json.WriteNull("faultAddress"u8);
        json.WritePropertyName("messageType"u8);
        json.WriteRawValue(MessageTypes.Urns[type], skipInputValidation: true);
        json.WritePropertyName("message"u8);
        json.WriteRawValue(content, skipInputValidation: true);
        json.WriteNull("expirationTime"u8);
        json.WriteString("sentTime"u8, sentAt);
        json.WriteStartObject("headers"u8);
        json.WriteString("source"u8, source);
        if (causationId is { } causation)
            json.WriteString("causation-id"u8, causation);
        json.WriteNumber("schema-version"u8, 1);
        json.WriteEndObject();
        json.WritePropertyName("host"u8);
        json.WriteRawValue(Host, skipInputValidation: true);
        json.WriteEndObject();
        json.Flush();
    }
}
