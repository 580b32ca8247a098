using System.Text.Json;

namespace Orchestrator.Tests.Benchmarks.Floor;

/// <summary>A message that came. It holds the needed parts of the envelope, which are read in one pass.</summary>
sealed class Inbound
{
    /// <summary>The number by which the broker knows the message on this channel.</summary>
    public ulong Tag { get; private init; }

    public Guid MessageId { get; private set; }

    /// <summary>The order.</summary>
    public Guid OrderId { get; private set; }

    public Guid ConversationId { get; private set; }

    public Guid? CausationId { get; private set; }

    public string? Source { get; private set; }

    public DateTime SentAt { get; private set; }

    /// <summary>The name of its type, without its namespace.</summary>
    public string Type { get; private set; } = "";

    /// <summary>Its content, as JSON.</summary>
    public ReadOnlyMemory<byte> Content { get; private set; }

    /// <summary>Reads an envelope as MassTransit writes it.</summary>
    public static Inbound Read(ulong tag, byte[] body)
    {
        var message = new Inbound { Tag = tag };
        var json = new Utf8JsonReader(body);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            message.ReadProperty(ref json, body);
        return message;
    }

    void ReadProperty(ref Utf8JsonReader json, byte[] body)
    {
        if (json.ValueTextEquals("messageId"u8))
            MessageId = ReadGuid(ref json) ?? default;
        else if (json.ValueTextEquals("correlationId"u8))
            OrderId = ReadGuid(ref json) ?? default;
        else if (json.ValueTextEquals("conversationId"u8))
            ConversationId = ReadGuid(ref json) ?? default;
        else if (json.ValueTextEquals("messageType"u8))
            ReadType(ref json);
        else if (json.ValueTextEquals("message"u8))
            Content = ReadObject(ref json, body);
        else if (json.ValueTextEquals("sentTime"u8))
            SentAt = json.Read() ? json.GetDateTime() : default;
        else if (json.ValueTextEquals("headers"u8))
            ReadHeaders(ref json);
        else
            json.Skip();
    }

    void ReadHeaders(ref Utf8JsonReader json)
    {
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("causation-id"u8))
                CausationId = ReadGuid(ref json);
            else if (json.ValueTextEquals("source"u8))
                Source = json.Read() ? json.GetString() : null;
            else
                json.Skip();
        }
    }

    // The format is urn:message:Orchestrator.Contracts.Orders:OrderSubmitted. The interfaces of the message may follow.
    void ReadType(ref Utf8JsonReader json)
    {
        json.Read();
        json.Read();
        var urn = json.ValueSpan;
        Type = MessageTypes.Named(urn[(urn.LastIndexOf((byte)':') + 1)..]);
        while (json.TokenType != JsonTokenType.EndArray)
            json.Read();
    }

    static ReadOnlyMemory<byte> ReadObject(ref Utf8JsonReader json, byte[] body)
    {
        json.Read();
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return body.AsMemory(start..(int)json.BytesConsumed);
    }

    static Guid? ReadGuid(ref Utf8JsonReader json)
    {
        json.Read();
        return json.TokenType == JsonTokenType.String ? json.GetGuid() : null;
    }
}
