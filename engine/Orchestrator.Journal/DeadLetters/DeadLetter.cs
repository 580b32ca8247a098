namespace Orchestrator.Journal.DeadLetters;

/// <summary>A message that was set aside, with all that is needed to understand it and to send it again.</summary>
/// <param name="Id">Its id. It is the same however often the dead letter is read from its queue.</param>
/// <param name="SourceQueue">The queue whose message it was.</param>
/// <param name="MessageId">The message's id, if it has one.</param>
/// <param name="MessageType">The name of its type, as far as it can be told.</param>
/// <param name="SagaId">The saga that it concerns, as far as it can be told.</param>
/// <param name="Reason">Why it was set aside.</param>
/// <param name="Stack">Where in the code, if an exception was the reason.</param>
/// <param name="Headers">Its headers and properties, as JSON.</param>
/// <param name="Body">Its content: as text, or in base 64 when it is not text.</param>
/// <param name="BodyIsBase64">Whether the body is in base 64.</param>
/// <param name="Exchange">The exchange by which it came to its queue, as far as it is known.</param>
/// <param name="ReasonClass">The kind of the reason: one of <see cref="DeadLetterReason"/>; absent when an earlier version stored
/// it.</param>
/// <param name="RedrivenFrom">The dead letter that was sent back as this message, as its headers say. The sender may have made that
/// up.</param>
public sealed record DeadLetter(
    Guid Id,
    string SourceQueue,
    Guid? MessageId,
    string? MessageType,
    Guid? SagaId,
    string Reason,
    string? Stack,
    string Headers,
    string Body,
    bool BodyIsBase64,
    string? Exchange,
    string? ReasonClass,
    Guid? RedrivenFrom)
{
    /// <summary>True when it was set aside because its sender may not send it. Then no operator may send it back.</summary>
    /// <remarks>Hosts of earlier versions say it only in the text of the reason, and this version may store their dead letters.</remarks>
    public bool IsForeign =>
        ReasonClass == DeadLetterReason.Origin || Reason.Contains("the message came by the exchange ", StringComparison.Ordinal);

    /// <summary>
    /// True when the broker set it aside. Then no host may have checked its sender and its exchange, and the sender may have written
    /// what the headers say about them.
    /// </summary>
    public bool IsUnchecked => ReasonClass is { } known
        ? known is DeadLetterReason.Broker or DeadLetterReason.DeliveryLimit
        : Reason.Contains("delivery_limit", StringComparison.Ordinal)
        || Reason.StartsWith("the broker set it aside", StringComparison.Ordinal);
}
