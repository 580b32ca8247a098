using System.Data.Common;
using Orchestrator.Storage;

namespace Orchestrator.Journal.DeadLetters;

/// <summary>
/// The table <c>dead_letter</c> for operators. A message that fails again after it was sent back is one entry with its earlier failures.
/// </summary>
public sealed class DeadLetterLog(Database database)
{
    const string OfTheSameMessage = "(c.id = coalesce(d.first_id, d.id) OR c.first_id = coalesce(d.first_id, d.id))";

    const string Entries =
        $"""
         SELECT d.id, d.at, d.source_queue, d.message_type, d.message_id, d.saga_id, d.reason_class, d.reason, coalesce(d.first_id, d.id),
                (SELECT min(c.at) FROM dead_letter c WHERE {OfTheSameMessage}), (SELECT count(*) FROM dead_letter c
                    WHERE {OfTheSameMessage}),
                d.redriven_at, d.redriven_by, d.redriven_note, d.discarded_at, d.discarded_by, d.discarded_reason
         FROM dead_letter d
         """;

    // A message that was sent back and was set aside again is shown once, as its last dead letter.
    const string IsLast =
        $"""
         NOT EXISTS (
             SELECT 1 FROM dead_letter c
             WHERE {OfTheSameMessage} AND c.id <> d.id AND d.redriven_at IS NOT NULL AND (c.redriven_at IS NULL
                 OR c.redriven_at > d.redriven_at))
         """;

    /// <summary>The dead letters that match, the latest first.</summary>
    /// <param name="filter">Selects them.</param>
    /// <param name="most">The largest number of entries.</param>
    /// <param name="cancellationToken">Ends the waiting for a database that is away.</param>
    /// <returns>The entries, and how many match in all.</returns>
    public Task<(List<DeadLetterEntry> Entries, long Matching)> List(DeadLetterFilter filter, int most, CancellationToken cancellationToken)
    {
        var (condition, parameters) = Condition(filter);
        return database.Read(
            async sql => (
                await sql.Query($"{Entries} WHERE {condition} ORDER BY d.at DESC, d.id DESC LIMIT {most}", Entry, parameters),
                await sql.First($"SELECT count(*) FROM dead_letter d WHERE {condition}", row => row.GetInt64(0), parameters)),
            cancellationToken);
    }

    /// <summary>The ids of all that match, the oldest first.</summary>
    public Task<List<Guid>> Ids(DeadLetterFilter filter, CancellationToken cancellationToken)
    {
        var (condition, parameters) = Condition(filter);
        return database.Read(
            sql => sql.Query($"SELECT d.id FROM dead_letter d WHERE {condition} ORDER BY d.at, d.id", row => row.GetGuid(0), parameters),
            cancellationToken);
    }

    /// <summary>All dead letters of the same message as a given one, the first one first.</summary>
    /// <returns>Empty when there is no dead letter of this id.</returns>
    public Task<List<DeadLetterEntry>> Chain(Guid id, CancellationToken cancellationToken) => database.Read(
        sql => sql.Query(
            $"""
             {Entries}
             WHERE d.id = @id OR coalesce(d.first_id, d.id) = (SELECT coalesce(f.first_id, f.id) FROM dead_letter f WHERE f.id = @id)
             ORDER BY d.first_id IS NOT NULL, d.redriven_at IS NULL, d.redriven_at, d.at, d.id
             """,
            Entry, ("id", id)),
        cancellationToken);

    /// <summary>A dead letter with its content.</summary>
    /// <returns>Null when there is none of this id.</returns>
    public Task<DeadLetter?> Find(Guid id, CancellationToken cancellationToken) => database.Read(
        sql => sql.First(
            """
            SELECT id, source_queue, message_id, message_type, saga_id, reason, stack, headers, body, body_is_base64, exchange, reason_class
            FROM dead_letter WHERE id = @id
            """,
            row => new DeadLetter(
                row.GetGuid(0), row.GetString(1), Id(row, 2), Text(row, 3), Id(row, 4), row.GetString(5), Text(row, 6), row.GetString(7),
                row.GetString(8),
                row.GetBoolean(9), Text(row, 10), Text(row, 11), RedrivenFrom: null),
            ("id", id)),
        cancellationToken);

    /// <summary>Notes that the broker has taken a dead letter back.</summary>
    /// <param name="id">The dead letter.</param>
    /// <param name="actor">Who wanted it.</param>
    /// <param name="note">Why.</param>
    /// <param name="cancellationToken">Ends the waiting for a database that is away.</param>
    public Task MarkRedriven(Guid id, string actor, string note, CancellationToken cancellationToken) => database.Write(
        sql => sql.Execute(
            "UPDATE dead_letter SET redriven_at = @at, redriven_by = @by, redriven_note = @note WHERE id = @id AND redriven_at IS NULL",
            ("id", id), ("at", database.Time.GetUtcNow()), ("by", actor), ("note", note)),
        cancellationToken);

    /// <summary>Discards a dead letter: it is kept, and is never sent back.</summary>
    /// <param name="id">The dead letter.</param>
    /// <param name="actor">Who wants it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Ends the waiting for a database that is away.</param>
    /// <returns>True when it was open until now.</returns>
    public async Task<bool> Discard(Guid id, string actor, string reason, CancellationToken cancellationToken) => await database.Write(
        sql => sql.Execute(
            """
            UPDATE dead_letter SET discarded_at = @at, discarded_by = @by, discarded_reason = @reason
            WHERE id = @id AND redriven_at IS NULL AND discarded_at IS NULL
            """,
            ("id", id), ("at", database.Time.GetUtcNow()), ("by", actor), ("reason", reason)),
        cancellationToken) > 0;

    (string Condition, (string Name, object? Value)[] Parameters) Condition(DeadLetterFilter filter)
    {
        var (conditions, parameters) = (new List<string> { IsLast }, new List<(string, object?)>());
        Add("d.source_queue = @queue", "queue", filter.Queue);
        Add("d.message_type = @type", "type", filter.MessageType);
        Add(database.Among("d.saga_id", "sagas"), "sagas", filter.Sagas?.ToArray());
        Add("d.reason_class = @class", "class", filter.ReasonClass);
        Add("d.at < @before", "before", filter.Before);
        Add("d.at >= @since", "since", filter.Since);
        if (filter.State is { } state)
        {
            conditions.Add(state switch
            {
                DeadLetterState.Open => "d.redriven_at IS NULL AND d.discarded_at IS NULL",
                DeadLetterState.Redriven => "d.redriven_at IS NOT NULL",
                _ => "d.redriven_at IS NULL AND d.discarded_at IS NOT NULL",
            });
        }

        return (string.Join(" AND ", conditions), [.. parameters]);

        void Add(string condition, string name, object? value)
        {
            if (value is null)
                return;
            conditions.Add(condition);
            parameters.Add((name, value));
        }
    }

    DeadLetterEntry Entry(DbDataReader row) => new(
        row.GetGuid(0), Time(row, 1), row.GetString(2), Text(row, 3), Id(row, 4), Id(row, 5), Text(row, 6), row.GetString(7),
        row.GetGuid(8), Time(row, 9), row.GetInt64(10), Act(row, 11), Act(row, 14));

    DeadLetterAct? Act(DbDataReader row, int column) => row.IsDBNull(column)
        ? null
        : new(Time(row, column), Text(row, column + 1) ?? "", Text(row, column + 2) ?? "");

    DateTimeOffset Time(DbDataReader row, int column) =>
        LoadedColumns.TimeOf(database)(row, column);

    static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    static Guid? Id(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetGuid(column);
}
