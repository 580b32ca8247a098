using System.Text.Json;
using Orchestrator.Contracts;

namespace Orchestrator.Journal;

/// <summary>A message with what it carries beside its content, as the journal keeps it.</summary>
/// <param name="MessageId">Its id.</param>
/// <param name="MessageType">The name of its type.</param>
/// <param name="CorrelationId">The saga that it concerns.</param>
/// <param name="CausationId">The message that caused it.</param>
/// <param name="ConversationId">An id that all messages share that descend from one message.</param>
/// <param name="Source">The party that sent it.</param>
/// <param name="SentAt">When, in UTC, by the sender's clock.</param>
/// <param name="SchemaVersion">The version of its schema.</param>
/// <param name="Message">Its content, as it came: fields that this version does not know are kept.</param>
public record Envelope(
    Guid MessageId,
    string MessageType,
    Guid? CorrelationId,
    Guid? CausationId,
    Guid? ConversationId,
    string? Source,
    DateTimeOffset? SentAt,
    int SchemaVersion,
    JsonElement Message)
{
    /// <summary>The envelope as the journal keeps it.</summary>
    /// <exception cref="RejectedMessageException">It holds text that is no Unicode, which no store can keep.</exception>
    public string ToJson()
    {
        try
        {
            return JsonSerializer.Serialize(this, WireJson.Options);
        }
        // A lone surrogate, in a field that this version does not know.
        catch (Exception e) when (e is InvalidOperationException or JsonException)
        {
            throw new RejectedMessageException($"{MessageType} {MessageId} holds text that is no Unicode: {e.GetBaseException().Message}");
        }
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static Envelope FromJson(string json) => JsonSerializer.Deserialize<Envelope>(json, WireJson.Options)!;

    /// <summary>True when two messages agree in all fields that this version knows. A newer version of the sender may add fields.</summary>
    /// <param name="other">The other one.</param>
    /// <param name="type">The type of both.</param>
    public bool SaysTheSameAs(Envelope other, Type type) =>
        MessageType == other.MessageType
        && (JsonElement.DeepEquals(Message, other.Message) || JsonElement.DeepEquals(Known(Message, type), Known(other.Message, type)));

    static JsonElement Known(JsonElement message, Type type) =>
        JsonSerializer.SerializeToElement(message.Deserialize(type, WireJson.Options), type, WireJson.Options);
}
