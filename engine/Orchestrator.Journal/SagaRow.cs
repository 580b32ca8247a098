namespace Orchestrator.Journal;

/// <summary>A row of <c>saga</c>: one saga as it stands.</summary>
/// <param name="Kind">The saga's name.</param>
/// <param name="Id">The correlation id.</param>
/// <param name="BusinessKey">The name that people know it by.</param>
/// <param name="State">Where it stands in its life.</param>
/// <param name="Step">The names of the awaited steps; absent when none is awaited.</param>
/// <param name="Version">How many transitions it has made: the sequence number of its last journal row.</param>
/// <param name="LastMessageId">The message that made the last of them.</param>
/// <param name="DefinitionVersion">The version of the definition that made the last of them.</param>
/// <param name="Data">What it keeps, as JSON.</param>
/// <param name="Deadline">When it acts if nothing arrives; absent when it waits without limit.</param>
/// <param name="CreatedAt">When its first message was committed.</param>
/// <param name="UpdatedAt">When its last message was committed.</param>
/// <param name="CompletedAt">When it came to its end; absent before.</param>
/// <param name="TraceParent">The span of the message that started it, as W3C's trace context writes it: all that happens to it belongs to
/// that trace. Absent when nobody traced.</param>
public sealed record SagaRow(
    string Kind,
    Guid Id,
    string BusinessKey,
    string State,
    string? Step,
    long Version,
    Guid LastMessageId,
    int DefinitionVersion,
    string Data,
    DateTimeOffset? Deadline,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? CompletedAt,
    string? TraceParent);
