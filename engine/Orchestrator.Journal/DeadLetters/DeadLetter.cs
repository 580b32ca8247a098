namespace Orchestrator.Journal.DeadLetters;

/// <summary>A message that was set aside, with all that is needed to understand it and to send it again.</summary>
/// <param name="Id">The same for the same dead letter, however often it is drained.</param>
/// <param name="SourceQueue">The queue whose message it was.</param>
/// <param name="MessageId">The message's id, if it has one.</param>
/// <param name="MessageType">The name of its type, as far as it can be told.</param>
/// <param name="SagaId">The saga that it concerns, as far as it can be told.</param>
/// <param name="Reason">Why it was set aside.</param>
/// <param name="Stack">Where in the code, if an exception was the reason.</param>
/// <param name="Headers">Its headers and properties, as JSON.</param>
/// <param name="Body">What it says: as text, or in base 64 when it is none.</param>
/// <param name="BodyIsBase64">Whether the body is in base 64.</param>
/// <param name="Exchange">The exchange by which it came to its queue, as far as it is known.</param>
/// <param name="ReasonClass">What kind of reason it was: one of <see cref="DeadLetterReason"/>; absent where a version before this one kept
/// it.</param>
/// <param name="RedrivenFrom">The dead letter that was sent back as this message, as far as its headers say; it may be their sender's
/// invention.</param>
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
    /// <summary>Whether it was set aside since its sender may not send it; then nobody may send it in his place.</summary>
    /// <remarks>Hosts of versions before say it in words only, also to the worker of this version that keeps the dead letter.</remarks>
    public bool IsForeign =>
        ReasonClass == DeadLetterReason.Origin || Reason.Contains("the message came by the exchange ", StringComparison.Ordinal);

    /// <summary>
    /// Whether the broker set it aside, so that nobody may have looked who sent it and by which way: what its headers say of that its
    /// sender may have written.
    /// </summary>
    public bool IsUnchecked => ReasonClass is { } known
        ? known is DeadLetterReason.Broker or DeadLetterReason.DeliveryLimit
        : Reason.Contains("delivery_limit", StringComparison.Ordinal)
        || Reason.StartsWith("the broker set it aside", StringComparison.Ordinal);
}
