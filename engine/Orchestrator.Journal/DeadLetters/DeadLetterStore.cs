using Orchestrator.Storage;

namespace Orchestrator.Journal.DeadLetters;

/// <summary>The table <c>dead_letter</c>.</summary>
public sealed class DeadLetterStore(Database database)
{
    /// <summary>
    /// Stores a dead letter. One that is stored already stays as it is. If the message was sent back before, it is linked to the first dead
    /// letter of that message.
    /// </summary>
    public Task Add(DeadLetter letter, CancellationToken cancellationToken) => database.Write(
        sql => sql.Execute(
            $"""
             INSERT INTO dead_letter
                 (id, at, source_queue, message_id, message_type, saga_id, reason, stack, headers, body, body_is_base64, exchange,
                     reason_class, first_id)
             VALUES (@id, @at, @source_queue, @message_id, @message_type, @saga_id, @reason, @stack, {Json("@headers")}, @body,
                 @body_is_base64, @exchange,
                     @reason_class,
                     -- What a header claims counts only of a dead letter of the same message.
                     (SELECT coalesce(f.first_id, f.id) FROM dead_letter f
                      WHERE f.id = @redriven_from AND f.source_queue = @source_queue AND f.message_id IS NOT DISTINCT FROM @message_id))
             ON CONFLICT (id) DO NOTHING
             """,
            ("id", letter.Id),
            ("at", database.Time.GetUtcNow()),
            ("source_queue", letter.SourceQueue),
            ("message_id", letter.MessageId),
            ("message_type", letter.MessageType),
            ("saga_id", letter.SagaId),
            ("reason", letter.Reason),
            ("stack", letter.Stack),
            ("headers", letter.Headers),
            ("body", letter.Body),
            ("body_is_base64", letter.BodyIsBase64),
            ("exchange", letter.Exchange),
            ("reason_class", letter.ReasonClass),
            ("redriven_from", letter.RedrivenFrom)),
        cancellationToken);

    string Json(string parameter) => database.Dialect == Dialect.Postgres ? $"{parameter}::json" : parameter;
}
