using System.Buffers;
using System.Runtime.Serialization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MassTransit;
using MassTransit.Metadata;
using MassTransit.Serialization;
using Orchestrator.Contracts;

namespace Orchestrator.MassTransit.Wire;

/// <summary>A message in its envelope. The bytes are written at the first request.</summary>
sealed class WireBody(SendContext context, object content, Type contentType) : MessageBody
{
    // Each thread keeps its buffer up to this size in bytes. The buffer of a larger message is not kept.
    const int LargestKept = 1 << 16;

    static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    static readonly byte[] Host = JsonSerializer.SerializeToUtf8Bytes(HostMetadataCache.Host, SystemTextJsonMessageSerializer.Options);

    [ThreadStatic]
    static ArrayBufferWriter<byte>? t_buffer;

    [ThreadStatic]
    static Utf8JsonWriter? t_writer;

    byte[]? _bytes;

    public long? Length => _bytes?.Length;

    public Stream GetStream() => new MemoryStream(GetBytes(), writable: false);

    public string GetString() => Encoding.UTF8.GetString(GetBytes());

    public byte[] GetBytes() => _bytes ??= Write();

    byte[] Write()
    {
        var buffer = t_buffer ??= new ArrayBufferWriter<byte>(4_096);
        var json = t_writer ??= new Utf8JsonWriter(buffer, Format);
        try
        {
            json.Reset(buffer);
            Write(json);
            json.Flush();
            return buffer.WrittenSpan.ToArray();
        }
        catch (Exception e) // As MassTransit's own serialiser does: every error is final, because another try would end alike.
        {
            throw new SerializationException("Failed to serialize message", e);
        }
        finally
        {
            buffer.ResetWrittenCount();
            if (buffer.Capacity > LargestKept)
                (t_buffer, t_writer) = (null, null);
        }
    }

    void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        Write(json, "messageId"u8, context.MessageId);
        Write(json, "requestId"u8, context.RequestId);
        Write(json, "correlationId"u8, context.CorrelationId);
        Write(json, "conversationId"u8, context.ConversationId);
        Write(json, "initiatorId"u8, context.InitiatorId);
        json.WriteString("sourceAddress"u8, context.SourceAddress?.ToString());
        json.WriteString("destinationAddress"u8, context.DestinationAddress?.ToString());
        json.WriteString("responseAddress"u8, context.ResponseAddress?.ToString());
        json.WriteString("faultAddress"u8, context.FaultAddress?.ToString());
        json.WriteStartArray("messageType"u8);
        foreach (var type in context.SupportedMessageTypes)
            json.WriteStringValue(type);
        json.WriteEndArray();
        json.WritePropertyName("message"u8);
        if (content is JsonElement element)
            element.WriteTo(json);
        else
            JsonSerializer.Serialize(json, content, contentType, WireJson.Options);
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        if (context.TimeToLive is { } life)
            json.WriteString("expirationTime"u8, now + life);
        else
            json.WriteNull("expirationTime"u8);
        json.WriteString("sentTime"u8, context.SentTime ?? now);
        json.WriteStartObject("headers"u8);
        foreach (var (name, value) in context.Headers.GetAll())
        {
            json.WritePropertyName(name);
            Write(json, value);
        }

        json.WriteEndObject();
        json.WritePropertyName("host"u8);
        json.WriteRawValue(Host, skipInputValidation: true);
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, Guid? id)
    {
        if (id is { } known)
            json.WriteString(name, known);
        else
            json.WriteNull(name);
    }

    static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case string text:
                json.WriteStringValue(text);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            default:
                JsonSerializer.Serialize(json, value, value?.GetType() ?? typeof(object), WireJson.Options);
                break;
        }
    }
}
