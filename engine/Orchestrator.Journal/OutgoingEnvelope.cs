using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Contracts;
using Orchestrator.Engine;

namespace Orchestrator.Journal;

/// <summary>A message that a transition must send.</summary>
/// <param name="Queue">The owner's queue; absent for an event, which is published.</param>
/// <param name="Step">The step that a command performs or undoes; absent for an event.</param>
/// <param name="Attempt">Which sending of the command it is, from 1; 0 for an event.</param>
/// <param name="IsUndo">Whether a command undoes its step.</param>
/// <param name="MessageId">Its id, the same whenever it is sent again.</param>
/// <param name="MessageType">The name of its type.</param>
/// <param name="CorrelationId">The saga that sends it.</param>
/// <param name="CausationId">The message that made the transition.</param>
/// <param name="ConversationId">That message's conversation.</param>
/// <param name="Source">The party that sends it.</param>
/// <param name="SentAt">When the transition happened.</param>
/// <param name="SchemaVersion">The version of its schema.</param>
/// <param name="Message">Its content.</param>
public sealed record OutgoingEnvelope(
    string? Queue,
    string? Step,
    int Attempt,
    bool IsUndo,
    Guid MessageId,
    string MessageType,
    Guid? CorrelationId,
    Guid? CausationId,
    Guid? ConversationId,
    string? Source,
    DateTimeOffset? SentAt,
    int SchemaVersion,
    JsonElement Message)
    : Envelope(MessageId, MessageType, CorrelationId, CausationId, ConversationId, Source, SentAt, SchemaVersion, Message)
{
    /// <summary>True for an event, which is published. A command is sent to its owner's queue.</summary>
    [JsonIgnore]
    public bool IsEvent => Queue is null;

    /// <summary>The object that <see cref="Envelope.Message"/> was written from; absent when it was read from the journal.</summary>
    [JsonIgnore]
    public object? Content { get; init; }

    /// <summary>The envelope of a message that a transition sends.</summary>
    /// <param name="outgoing">What is sent.</param>
    /// <param name="cause">The message that made the transition.</param>
    /// <param name="now">When it happens.</param>
    public static OutgoingEnvelope Of(Outgoing outgoing, Envelope cause, DateTimeOffset now)
    {
        var type = outgoing.Message.GetType();
        return new OutgoingEnvelope(
            outgoing.Queue, outgoing.Step, outgoing.Attempt, outgoing.IsUndo, outgoing.MessageId, type.Name, outgoing.Message.SagaId,
            cause.MessageId, cause.ConversationId,
            SagaJournal.Party, now, SchemaVersionAttribute.Of(type),
            JsonSerializer.SerializeToElement(outgoing.Message, type, WireJson.Options))
        {
            Content = outgoing.Message,
        };
    }

    /// <summary>The messages as the journal keeps them.</summary>
    public static string ToJson(IReadOnlyList<OutgoingEnvelope> outgoing) =>
        outgoing.Count == 0 ? "[]" : JsonSerializer.Serialize(outgoing, WireJson.Options);

    /// <summary>Reads what <see cref="ToJson(IReadOnlyList{OutgoingEnvelope})"/> wrote.</summary>
    public static new IReadOnlyList<OutgoingEnvelope> FromJson(string json) =>
        JsonSerializer.Deserialize<OutgoingEnvelope[]>(json, WireJson.Options)!;
}
