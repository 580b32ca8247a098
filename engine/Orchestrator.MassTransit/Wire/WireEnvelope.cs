using System.Globalization;
using System.Text.Json;
using MassTransit;
using MassTransit.Serialization;

namespace Orchestrator.MassTransit.Wire;

/// <summary>The fields of an envelope. The message itself stays as the bytes that came.</summary>
sealed class WireEnvelope
{
    static readonly Dictionary<string, object> None = [];

    public Guid? MessageId { get; private set; }

    public Guid? RequestId { get; private set; }

    public Guid? CorrelationId { get; private set; }

    public Guid? ConversationId { get; private set; }

    public Guid? InitiatorId { get; private set; }

    public string? SourceAddress { get; private set; }

    public string? DestinationAddress { get; private set; }

    public string? ResponseAddress { get; private set; }

    public string? FaultAddress { get; private set; }

    public string[] MessageTypes { get; private set; } = [];

    public ReadOnlyMemory<byte> Message { get; private set; }

    public DateTime? ExpirationTime { get; private set; }

    public DateTime? SentTime { get; private set; }

    public Dictionary<string, object> Headers { get; private set; } = None;

    public ReadOnlyMemory<byte> Host { get; private set; }

    /// <summary>Reads the envelope of a message from any sender.</summary>
    /// <returns>Null when the content type of the message is not MassTransit's JSON envelope.</returns>
    /// <exception cref="System.Runtime.Serialization.SerializationException">
    /// The content type is MassTransit's JSON envelope, and the body is not.
    /// </exception>
    public static WireEnvelope? Read(ReceiveContext context) =>
        Read(context.Body.GetBytes()) is { } envelope ? envelope
        : context.ContentType is null || context.ContentType.MediaType == SystemTextJsonMessageSerializer.JsonContentType.MediaType
            ? Of(SystemTextJsonMessageSerializer.Instance.Deserialize(context.Body, context.TransportHeaders, context.InputAddress))
            : null;

    /// <summary>Reads an envelope as this project's senders write it.</summary>
    /// <returns>Null when the body is no envelope, or has something that this project's senders do not write.</returns>
    public static WireEnvelope? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            var envelope = new WireEnvelope();
            var json = new Utf8JsonReader(body.Span);
            return json.Read() && json.TokenType == JsonTokenType.StartObject && envelope.ReadAll(ref json, body)
                && !envelope.Message.IsEmpty ? envelope : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A header as text, or null if the message does not have it.</summary>
    public string? Text(string header) =>
        Headers.TryGetValue(header, out var value) ? Convert.ToString(value, CultureInfo.InvariantCulture) : null;

    // The same for an envelope that MassTransit had to read.
    static WireEnvelope Of(SerializerContext read) => new()
    {
        MessageId = read.MessageId,
        CorrelationId = read.CorrelationId,
        ConversationId = read.ConversationId,
        SourceAddress = read.SourceAddress?.ToString(),
        MessageTypes = read.SupportedMessageTypes,
        SentTime = read.SentTime,
        Headers = read.Headers.GetAll().ToDictionary(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase),
        Message = read.TryGetMessage(typeof(JsonElement), out var message)
            && message is JsonElement { ValueKind: JsonValueKind.Object } element
            ? JsonSerializer.SerializeToUtf8Bytes(element)
            : default,
    };

    bool ReadAll(ref Utf8JsonReader json, ReadOnlyMemory<byte> body)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("messageId"u8))
                MessageId = Id(ref json);
            else if (json.ValueTextEquals("requestId"u8))
                RequestId = Id(ref json);
            else if (json.ValueTextEquals("correlationId"u8))
                CorrelationId = Id(ref json);
            else if (json.ValueTextEquals("conversationId"u8))
                ConversationId = Id(ref json);
            else if (json.ValueTextEquals("initiatorId"u8))
                InitiatorId = Id(ref json);
            else if (json.ValueTextEquals("sourceAddress"u8))
                SourceAddress = Text(ref json);
            else if (json.ValueTextEquals("destinationAddress"u8))
                DestinationAddress = Text(ref json);
            else if (json.ValueTextEquals("responseAddress"u8))
                ResponseAddress = Text(ref json);
            else if (json.ValueTextEquals("faultAddress"u8))
                FaultAddress = Text(ref json);
            else if (json.ValueTextEquals("messageType"u8))
                MessageTypes = Texts(ref json);
            else if (json.ValueTextEquals("message"u8))
                Message = Object(ref json, body);
            else if (json.ValueTextEquals("expirationTime"u8))
                ExpirationTime = Time(ref json);
            else if (json.ValueTextEquals("sentTime"u8))
                SentTime = Time(ref json);
            else if (json.ValueTextEquals("headers"u8))
                Headers = Values(ref json);
            else if (json.ValueTextEquals("host"u8))
                Host = Object(ref json, body);
            else
                return false;
        }

        return json.TokenType == JsonTokenType.EndObject && !json.Read();
    }

    static bool HasValue(ref Utf8JsonReader json) => json.Read() && json.TokenType != JsonTokenType.Null;

    static Guid? Id(ref Utf8JsonReader json) => HasValue(ref json) ? json.GetGuid() : null;

    static string? Text(ref Utf8JsonReader json) => HasValue(ref json) ? json.GetString() : null;

    static DateTime? Time(ref Utf8JsonReader json) => HasValue(ref json) ? json.GetDateTime() : null;

    static string[] Texts(ref Utf8JsonReader json)
    {
        var texts = new List<string>(2);
        if (!HasValue(ref json))
            return [];
        Expect(ref json, JsonTokenType.StartArray);
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            texts.Add(Known.Text(ref json));
        return [.. texts];
    }

    static ReadOnlyMemory<byte> Object(ref Utf8JsonReader json, ReadOnlyMemory<byte> body)
    {
        if (!HasValue(ref json))
            return default;
        Expect(ref json, JsonTokenType.StartObject);
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return body[start..(int)json.BytesConsumed];
    }

    static Dictionary<string, object> Values(ref Utf8JsonReader json)
    {
        if (!HasValue(ref json))
            return None;
        Expect(ref json, JsonTokenType.StartObject);
        var values = new Dictionary<string, object>(6, StringComparer.OrdinalIgnoreCase);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = Known.Text(ref json);
            if (string.IsNullOrWhiteSpace(name))
                throw new FormatException();
            if (!HasValue(ref json))
                continue;
            values[name] = json.TokenType switch
            {
                JsonTokenType.String => json.GetString()!,
                JsonTokenType.Number when json.TryGetInt32(out var number) => number,
                JsonTokenType.True => true,
                JsonTokenType.False => false,
                _ => throw new FormatException(), // MassTransit's own reader handles it.
            };
        }

        return values;
    }

    static void Expect(ref Utf8JsonReader json, JsonTokenType type)
    {
        if (json.TokenType != type)
            throw new FormatException();
    }
}
