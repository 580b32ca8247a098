namespace Orchestrator.Journal;

/// <summary>A row of <c>journal</c>: one transition. Inbox, outbox, history and event store in one.</summary>
/// <param name="Kind">The saga's name.</param>
/// <param name="SagaId">The correlation id.</param>
/// <param name="Seq">Counts the saga's transitions from 1, without a gap.</param>
/// <param name="MessageId">The message that made it. The saga has now seen this message.</param>
/// <param name="MessageType">The message's type.</param>
/// <param name="Event">The message as it came: an <see cref="Envelope"/> as JSON.</param>
/// <param name="FromState">The state before; absent for the first.</param>
/// <param name="ToState">The state after.</param>
/// <param name="Outgoing">What must be sent because of it: <see cref="OutgoingEnvelope"/>s as a JSON array.</param>
/// <param name="DefinitionVersion">The version of the definition that decided.</param>
/// <param name="Actor">The person who gave the command; absent when no person did.</param>
/// <param name="TraceId">The trace that it belongs to, which is the trace of its saga.</param>
/// <param name="At">When it was committed.</param>
/// <param name="Remark">What a reader of the timeline should know beside the states.</param>
public sealed record JournalRow(
    string Kind,
    Guid SagaId,
    long Seq,
    Guid MessageId,
    string MessageType,
    string Event,
    string? FromState,
    string ToState,
    string Outgoing,
    int DefinitionVersion,
    string? Actor,
    string? TraceId,
    DateTimeOffset At,
    string? Remark = null);
