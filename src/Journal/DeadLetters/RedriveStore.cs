using Orchestrator.Storage;

namespace Orchestrator.Journal.DeadLetters;

/// <summary>The dead letters that nobody has sent back yet.</summary>
public sealed class RedriveStore(Database database)
{
    /// <summary>The ids of those that are there now, the oldest first.</summary>
    /// <param name="queue">Those of one queue, or of all.</param>
    /// <param name="cancellationToken">Ends the waiting for a database that is away.</param>
    public Task<List<Guid>> Open(string? queue, CancellationToken cancellationToken) => database.Read(
        sql => sql.Query(
            $"SELECT id FROM dead_letter WHERE redriven_at IS NULL{(queue is null ? "" : " AND source_queue = @queue")} ORDER BY at, id",
            row => row.GetGuid(0), queue is null ? [] : [("queue", queue)]),
        cancellationToken);

    /// <summary>One of them.</summary>
    /// <returns>Null when there is none of this id, or it has been sent back.</returns>
    public Task<DeadLetter?> Find(Guid id, CancellationToken cancellationToken) => database.Read(
        sql => sql.First(
            """
            SELECT id, source_queue, message_id, message_type, saga_id, reason, stack, headers, body, body_is_base64, exchange, reason_class
            FROM dead_letter WHERE id = @id AND redriven_at IS NULL
            """,
            row => new DeadLetter(
                row.GetGuid(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetGuid(2), row.IsDBNull(3) ? null : row.GetString(3),
                row.IsDBNull(4) ? null : row.GetGuid(4), row.GetString(5), row.IsDBNull(6) ? null : row.GetString(6), row.GetString(7), row.GetString(8),
                row.GetBoolean(9), row.IsDBNull(10) ? null : row.GetString(10), row.IsDBNull(11) ? null : row.GetString(11)),
            ("id", id)),
        cancellationToken);

    /// <summary>Notes that the broker has taken one back.</summary>
    /// <param name="id">The dead letter.</param>
    /// <param name="actor">Who wanted it.</param>
    /// <param name="note">Why.</param>
    /// <param name="cancellationToken">Ends the waiting for a database that is away.</param>
    public Task Mark(Guid id, string actor, string note, CancellationToken cancellationToken) => database.Write(
        sql => sql.Execute(
            "UPDATE dead_letter SET redriven_at = @at, redriven_by = @by, redriven_note = @note WHERE id = @id AND redriven_at IS NULL",
            ("id", id), ("at", database.Time.GetUtcNow()), ("by", actor), ("note", note)),
        cancellationToken);
}
