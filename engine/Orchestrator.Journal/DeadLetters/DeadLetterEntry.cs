namespace Orchestrator.Journal.DeadLetters;

/// <summary>A dead letter as a list shows it, without its content.</summary>
/// <param name="Id">Its id.</param>
/// <param name="At">When it was stored, in UTC.</param>
/// <param name="SourceQueue">The queue whose message it was.</param>
/// <param name="MessageType">The name of its type, as far as it can be told.</param>
/// <param name="MessageId">The message's id, if it has one.</param>
/// <param name="SagaId">The saga that it concerns, as far as it can be told.</param>
/// <param name="ReasonClass">One of <see cref="DeadLetterReason"/>; absent when an earlier version stored it.</param>
/// <param name="Reason">Why it was set aside.</param>
/// <param name="FirstId">The first dead letter of the same message: this one, unless it failed before and was sent back.</param>
/// <param name="FirstAt">When the message was set aside for the first time.</param>
/// <param name="Times">How often it was set aside.</param>
/// <param name="Redriven">Who sent it back.</param>
/// <param name="Discarded">Who discarded it.</param>
public sealed record DeadLetterEntry(
    Guid Id,
    DateTimeOffset At,
    string SourceQueue,
    string? MessageType,
    Guid? MessageId,
    Guid? SagaId,
    string? ReasonClass,
    string Reason,
    Guid FirstId,
    DateTimeOffset FirstAt,
    long Times,
    DeadLetterAct? Redriven,
    DeadLetterAct? Discarded)
{
    /// <summary>What was done with it. A dead letter that was discarded while it was being sent back counts as sent back.</summary>
    public DeadLetterState State =>
        Redriven is not null ? DeadLetterState.Redriven : Discarded is not null ? DeadLetterState.Discarded : DeadLetterState.Open;
}
