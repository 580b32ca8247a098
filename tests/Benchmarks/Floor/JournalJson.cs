using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Tests.Benchmarks.Floor;

/// <summary>Writes the JSON in the journal, as the product does.</summary>
sealed class JournalJson
{
    readonly ArrayBufferWriter<byte> _buffer = new(4096);
    readonly Utf8JsonWriter _json;

    public JournalJson() => _json = WireEnvelope.Writer(_buffer);

    /// <summary>The message that made a transition.</summary>
    public string Event(Inbound message)
    {
        Begin();
        _json.WriteStartObject();
        Write(message.MessageId, message.Type, message.OrderId, message.CausationId, message.ConversationId, message.Source, message.SentAt,
            message.Content.Span);
        return End();
    }

    /// <summary>The messages that a transition sends.</summary>
    public string Outgoing(List<Outbound> sent)
    {
        if (sent.Count == 0)
            return "[]";
        Begin();
        _json.WriteStartArray();
        foreach (var message in sent)
        {
            var isEvent = message.Queue.Length == 0;
            _json.WriteStartObject();
            _json.WriteString("queue"u8, isEvent ? null : message.Queue);
            _json.WriteString("step"u8, isEvent ? null : message.Type);
            _json.WriteNumber("attempt"u8, isEvent ? 0 : 1);
            _json.WriteBoolean("isUndo"u8, false);
            Write(message.MessageId, message.Type, message.Cause.OrderId, message.Cause.MessageId, message.Cause.ConversationId,
                message.Source, message.SentAt, message.Content.Span);
        }

        _json.WriteEndArray();
        return End();
    }

    /// <summary>Reads what <see cref="Outgoing"/> wrote.</summary>
    /// <param name="outgoing">The JSON of the journal row.</param>
    /// <param name="cause">The message that made the transition, which has come again.</param>
    public static IEnumerable<Outbound> Sent(string outgoing, Inbound cause)
    {
        using var messages = JsonDocument.Parse(outgoing);
        foreach (var message in messages.RootElement.EnumerateArray())
        {
            var (queue, type) = (message.GetProperty("queue").GetString(), message.GetProperty("messageType").GetString()!);
            yield return new Outbound(
                queue is null ? $"Orchestrator.Contracts.Orders:{type}" : "", queue ?? "", type, message.GetProperty("messageId").GetGuid(),
                cause, "orchestrator",
                Encoding.UTF8.GetBytes(message.GetProperty("message").GetRawText()), message.GetProperty("sentAt").GetDateTime());
        }
    }

    void Write(
        Guid messageId, string type, Guid orderId, Guid? causationId, Guid conversationId, string? source, DateTime sentAt,
        ReadOnlySpan<byte> content)
    {
        _json.WriteString("messageId"u8, messageId);
        _json.WriteString("messageType"u8, type);
        _json.WriteString("correlationId"u8, orderId);
        if (causationId is { } causation)
            _json.WriteString("causationId"u8, causation);
        else
            _json.WriteNull("causationId"u8);
        _json.WriteString("conversationId"u8, conversationId);
        _json.WriteString("source"u8, source);
        _json.WriteString("sentAt"u8, sentAt);
        _json.WriteNumber("schemaVersion"u8, 1);
        _json.WritePropertyName("message"u8);
        _json.WriteRawValue(content, skipInputValidation: true);
        _json.WriteEndObject();
    }

    void Begin()
    {
        _buffer.ResetWrittenCount();
        _json.Reset();
    }

    string End()
    {
        _json.Flush();
        return Encoding.UTF8.GetString(_buffer.WrittenSpan);
    }
}
