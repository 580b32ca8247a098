using Orchestrator.Journal.Holds;
using Orchestrator.Storage;

namespace Orchestrator.Journal.Sqlite;

/// <summary>The journal in SQLite: a batch is one transaction of the file's one writer.</summary>
/// <remarks>
/// The database runs in this process and has the same clock. But the store's time never goes back behind a time that is written, because
/// sagas that finished since the last clean stop are found by these times.
/// </remarks>
public sealed class SqliteJournalStore(Database database) : IJournalStore
{
    const string LatestSql = "SELECT max(at) FROM (SELECT max(completed_at) AS at FROM saga UNION ALL SELECT max(at) FROM clean_stop)";

    readonly Lock _clock = new();
    DateTimeOffset? _latest;

    static readonly string LoadSql =
        $"""
        SELECT s.kind, s.id, s.business_key, s.state, s.step, s.version, s.last_message_id, s.definition_version, s.data,
               s.deadline, s.created_at, s.updated_at, s.completed_at, s.traceparent,
               j.seq, j.message_type, j.event, j.from_state, j.to_state, j.outgoing, j.definition_version, j.actor, j.trace_id, j.at,
               @now, {ActiveHolds.Column("group_concat", "@kind")}, k.saga_id
        FROM (SELECT 1)
        LEFT JOIN saga s ON s.kind = @kind AND s.id = @id
        LEFT JOIN journal j ON j.kind = @kind AND j.saga_id = @id AND j.message_id = @message
        LEFT JOIN saga_key k ON k.kind = @kind AND k.key = @key
        """;

    const string InsertSql =
        """
        INSERT INTO saga (kind, id, business_key, state, step, version, last_message_id, definition_version, data, deadline, created_at,
            updated_at, completed_at, traceparent)
        SELECT @kind, @id, @business_key, @state, @step, @version, @message_id, @definition_version, @data, @deadline, @created_at, @at,
            @completed_at, @traceparent
        WHERE NOT EXISTS (SELECT 1 FROM saga_key WHERE kind = @kind AND key = @unique_key)
        ON CONFLICT DO NOTHING
        """;

    const string ClaimSql = "INSERT INTO saga_key (kind, key, saga_id) VALUES (@kind, @key, @id)";

    const string UpdateSql =
        """
        UPDATE saga
        SET business_key = @business_key, state = @state, step = @step, version = @version, last_message_id = @message_id,
            definition_version = @definition_version, data = @data, deadline = @deadline, updated_at = @at, completed_at = @completed_at
        WHERE kind = @kind AND id = @id AND version = @version_before AND last_message_id = @message_before
        """;

    const string JournalSql =
        """
        INSERT INTO journal (kind, saga_id, seq, message_id, message_type, event, from_state, to_state, outgoing, definition_version, actor,
            trace_id, at, remark)
        VALUES (@kind, @id, @seq, @message_id, @message_type, @event, @from_state, @to_state, @outgoing, @definition_version, @actor,
            @trace_id, @at, @remark)
        """;

    /// <inheritdoc />
    public Database Database => database;

    /// <inheritdoc />
    public bool IsOutage(Exception exception) => database.IsTransient(exception);

    /// <inheritdoc />
    public Task<DateTimeOffset> Now(CancellationToken cancellationToken) => database.Read(Now, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<Loaded>> Load(IReadOnlyList<LoadRequest> requests, CancellationToken cancellationToken) =>
        database.Read<IReadOnlyList<Loaded>>(
            async sql =>
            {
                var now = await Now(sql);
                var answers = new List<Loaded>(requests.Count);
                foreach (var request in requests)
                {
                    answers.Add((await sql.First(
                        LoadSql, reader => JournalReader.Loaded(reader, request, LoadedColumns.SqliteText),
                        ("kind", request.Kind), ("id", request.SagaId), ("message", request.MessageId), ("key", request.Key),
                        ("now", now)))!);
                }

                return answers;
            },
            cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<bool>> Commit(IReadOnlyList<SagaWrite> writes, CancellationToken cancellationToken) =>
        database.Write<IReadOnlyList<bool>>(
            async sql =>
            {
                var written = new bool[writes.Count];
                for (var i = 0; i < writes.Count; i++)
                    written[i] = await Write(sql, writes[i]);
                return written;
            },
            cancellationToken);

    async Task<DateTimeOffset> Now(Sql sql)
    {
        var floor = _latest ?? await sql.First(LatestSql, reader => reader.IsDBNull(0) ? default : SqliteTime.Parse(reader.GetString(0)));
        var now = database.Time.GetUtcNow();
        lock (_clock)
        {
            _latest = new[] { floor, now, _latest ?? default }.Max();
            return _latest.Value;
        }
    }

    static async Task<bool> Write(Sql sql, SagaWrite write)
    {
        var (saga, transitions, before, key) = write;
        List<(string, object?)> columns =
        [
            ("kind", saga.Kind), ("id", saga.Id), ("business_key", saga.BusinessKey), ("state", saga.State), ("step", saga.Step),
            ("version", saga.Version), ("message_id", saga.LastMessageId), ("definition_version", saga.DefinitionVersion),
            ("data", saga.Data), ("deadline", saga.Deadline), ("at", saga.UpdatedAt), ("completed_at", saga.CompletedAt),
        ];
        var rows = before is null
            ? await sql.Execute(
                InsertSql, [.. columns, ("created_at", saga.CreatedAt), ("traceparent", saga.TraceParent), ("unique_key", key)])
            : await sql.Execute(UpdateSql, [.. columns, ("version_before", before.Version), ("message_before", before.LastMessageId)]);
        if (rows == 0)
            return false;
        if (key is not null)
            await sql.Execute(ClaimSql, ("kind", saga.Kind), ("key", key), ("id", saga.Id));

        foreach (var row in transitions)
        {
            await sql.Execute(
                JournalSql,
                ("kind", row.Kind), ("id", row.SagaId), ("seq", row.Seq), ("message_id", row.MessageId),
                ("message_type", row.MessageType), ("event", row.Event), ("from_state", row.FromState), ("to_state", row.ToState),
                ("outgoing", row.Outgoing), ("definition_version", row.DefinitionVersion), ("actor", row.Actor),
                ("trace_id", row.TraceId), ("at", row.At), ("remark", row.Remark));
        }

        return true;
    }
}
