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
    bool BodyIsBase64);
