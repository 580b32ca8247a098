namespace Orchestrator.Journal;

/// <summary>What a message changes in a saga, ready to be written.</summary>
/// <param name="BusinessKey">The name that people know the saga by.</param>
/// <param name="State">Where it stands in its life.</param>
/// <param name="Step">The names of the awaited steps; absent when none is awaited.</param>
/// <param name="IsTerminal">True when the saga has ended.</param>
/// <param name="FromState">The state's full name before; absent when the message starts the saga.</param>
/// <param name="ToState">The state's full name after.</param>
/// <param name="Data">What the saga keeps, as JSON.</param>
/// <param name="Outgoing">What must be sent.</param>
/// <param name="Deadline">When the saga acts if nothing arrives; absent when it waits without limit.</param>
/// <param name="Remark">What a reader of the timeline should know beside the states.</param>
/// <param name="IsRecorded">True when it makes a transition. Otherwise it only sends, and nothing else here counts.</param>
public sealed record SagaChange(
    string BusinessKey,
    string State,
    string? Step,
    bool IsTerminal,
    string? FromState,
    string ToState,
    string Data,
    IReadOnlyList<OutgoingEnvelope> Outgoing,
    DateTimeOffset? Deadline,
    string? Remark,
    bool IsRecorded = true)
{
    /// <summary>The business key that the saga starts with, if no other saga of its kind may have it.</summary>
    public string? UniqueKey { get; init; }

    /// <summary>The command that the breaker holds and that the message answered; absent otherwise.</summary>
    public string? Answered { get; init; }

    /// <summary>A change that makes no transition, but may send an answer.</summary>
    public static SagaChange Unrecorded(IReadOnlyList<OutgoingEnvelope> outgoing) =>
        new("", "", null, false, null, "", "", outgoing, null, null, IsRecorded: false);
}
