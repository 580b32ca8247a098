using System.Data;
using Npgsql;
using NpgsqlTypes;
using Orchestrator.Journal.Holds;
using Orchestrator.Storage;

namespace Orchestrator.Journal.Postgres;

/// <summary>The journal in PostgreSQL: one statement for each batch of loads or commits.</summary>
public sealed class PostgresJournalStore(PostgresDatabase database) : IJournalStore
{
    static readonly string LoadSql =
        $"""
        SELECT s.kind, s.id, s.business_key, s.state, s.step, s.version, s.last_message_id, s.definition_version, s.data::text,
               s.deadline, s.created_at, s.updated_at, s.completed_at, s.traceparent,
               j.seq, j.message_type, j.event, j.from_state, j.to_state, j.outgoing, j.definition_version, j.actor, j.trace_id, j.at,
               now(), {ActiveHolds.Column("string_agg", "r.kind")}, k.saga_id
        FROM unnest(@kinds, @ids, @messages, @keys) WITH ORDINALITY AS r(kind, id, message_id, key, n)
        LEFT JOIN saga s ON s.kind = r.kind AND s.id = r.id
        LEFT JOIN journal j ON j.kind = r.kind AND j.saga_id = r.id AND j.message_id = r.message_id
        LEFT JOIN saga_key k ON k.kind = r.kind AND k.key = r.key
        ORDER BY r.n
        """;

    // Inserts only sagas that are new, updates only sagas that stand as they were loaded, and journals only what was written. An upsert
    // would let a second process start the same saga again.
    const string CommitSql =
        """
        WITH t AS MATERIALIZED (
            SELECT * FROM unnest(
                @kind, @id, @business_key, @state, @step, @version, @last_message_id, @definition_version, @data, @deadline,
                @created_at, @updated_at, @completed_at, @version_before, @message_before, @traceparent, @unique_key)
            WITH ORDINALITY AS t(
                kind, id, business_key, state, step, version, last_message_id, definition_version, data, deadline,
                created_at, updated_at, completed_at, version_before, message_before, traceparent, unique_key, n)
        ), claimed AS (
            INSERT INTO saga_key (kind, key, saga_id) SELECT kind, unique_key, id FROM t WHERE unique_key IS NOT NULL ORDER BY kind,
                unique_key
            ON CONFLICT DO NOTHING
            RETURNING kind, saga_id
        ), inserted AS (
            INSERT INTO saga (kind, id, business_key, state, step, version, last_message_id, definition_version, data, deadline, created_at,
                updated_at, completed_at, traceparent)
            SELECT kind, id, business_key, state, step, version, last_message_id, definition_version, data::jsonb, deadline, created_at,
                updated_at, completed_at, traceparent
            FROM t WHERE version_before = 0 AND (unique_key IS NULL OR (kind, id) IN (SELECT kind, saga_id FROM claimed)) ORDER BY id
            ON CONFLICT DO NOTHING
            RETURNING kind, id
        ), updated AS (
            UPDATE saga s
            SET business_key = t.business_key, state = t.state, step = t.step, version = t.version, last_message_id = t.last_message_id,
                definition_version = t.definition_version, data = t.data::jsonb, deadline = t.deadline, updated_at = t.updated_at,
                completed_at = t.completed_at
            FROM t
            WHERE t.version_before > 0 AND s.kind = t.kind AND s.id = t.id
              AND s.version = t.version_before AND s.last_message_id = t.message_before
            RETURNING s.kind, s.id
        ), written AS MATERIALIZED (
            SELECT t.n, t.kind, t.id
            FROM t JOIN (SELECT kind, id FROM inserted UNION ALL SELECT kind, id FROM updated) w ON w.kind = t.kind AND w.id = t.id
        ), journalled AS (
            INSERT INTO journal (kind, saga_id, seq, message_id, message_type, event, from_state, to_state, outgoing, definition_version,
                actor, trace_id, at, remark)
            SELECT w.kind, w.id, j.seq, j.message_id, j.message_type, j.event::json, j.from_state, j.to_state, j.outgoing::json,
                j.definition_version, j.actor, j.trace_id, j.at, j.remark
            FROM unnest(@n, @seq, @message_id, @message_type, @event, @from_state, @to_state, @outgoing, @decided_by, @actor, @trace_id,
                @at, @remark)
                AS j(n, seq, message_id, message_type, event, from_state, to_state, outgoing, definition_version, actor, trace_id, at,
                    remark)
            JOIN written w ON w.n = j.n
        )
        SELECT n FROM written
        """;

    const string LockedSql =
        """
        WITH t AS MATERIALIZED (SELECT * FROM unnest(@kinds, @ids) WITH ORDINALITY AS t(kind, id, n))
        SELECT t.n FROM t JOIN saga s ON s.kind = t.kind AND s.id = t.id
        EXCEPT
        SELECT n FROM (SELECT t.n FROM t JOIN saga s ON s.kind = t.kind AND s.id = t.id FOR UPDATE OF s SKIP LOCKED) AS free
        """;

    /// <inheritdoc />
    public Database Database => database;

    /// <inheritdoc />
    public bool IsOutage(Exception exception) =>
        // A deadlock says something about the rows of the batch, so they are tried one by one.
        exception is not PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected } && database.IsTransient(exception);

    /// <inheritdoc />
    public Task<DateTimeOffset> Now(CancellationToken cancellationToken) =>
        database.Read(sql => sql.First("SELECT now()", reader => reader.GetFieldValue<DateTimeOffset>(0)), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<Loaded>> Load(IReadOnlyList<LoadRequest> requests, CancellationToken cancellationToken) =>
        database.Allowed<IReadOnlyList<Loaded>>(async () =>
        {
            await using var command = database.Source.CreateCommand(LoadSql);
            Add(command, "kinds", NpgsqlDbType.Text, requests.Select(request => request.Kind));
            Add(command, "ids", NpgsqlDbType.Uuid, requests.Select(request => request.SagaId));
            Add(command, "messages", NpgsqlDbType.Uuid, requests.Select(request => request.MessageId));
            Add(command, "keys", NpgsqlDbType.Text, requests.Select(request => request.Key));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var answers = new List<Loaded>(requests.Count);
            while (await reader.ReadAsync(cancellationToken))
                answers.Add(JournalReader.Loaded(reader, requests[answers.Count], LoadedColumns.Time));
            return answers;
        });

    /// <inheritdoc />
    public Task<IReadOnlyList<bool>> Commit(IReadOnlyList<SagaWrite> writes, CancellationToken cancellationToken) =>
        database.Allowed(async () =>
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        return await Commit(new Sql(connection, null, Dialect.Postgres, cancellationToken), writes, cancellationToken);
    });

    /// <inheritdoc />
    public Task<IReadOnlyList<Attempt<bool>>> CommitFree(IReadOnlyList<SagaWrite> writes, CancellationToken cancellationToken) =>
        FreeRows.Write(database, writes, AreLocked, (sql, free) => Commit(sql, free, cancellationToken), cancellationToken);

    static async Task<IReadOnlyList<bool>> AreLocked(Sql sql, IReadOnlyList<SagaWrite> writes)
    {
        var locked = new bool[writes.Count];
        foreach (var place in await sql.Query(
            LockedSql, row =>
                row.GetInt64(0), ("kinds", writes.Select(write => write.Saga.Kind).ToArray()),
                ("ids", writes.Select(write => write.Saga.Id).ToArray())))
        {
            locked[place - 1] = true;
        }

        return locked;
    }

    static async Task<IReadOnlyList<bool>> Commit(Sql sql, IReadOnlyList<SagaWrite> writes, CancellationToken cancellationToken)
    {
        await using var command = (NpgsqlCommand)sql.CreateCommand(CommitSql);
        Sagas(command, writes);
        Transitions(command, writes);
        var written = new bool[writes.Count];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            written[reader.GetInt64(0) - 1] = true;
        return written;
    }

    static void Sagas(NpgsqlCommand command, IReadOnlyList<SagaWrite> writes)
    {
        Add(command, "kind", NpgsqlDbType.Text, writes.Select(write => write.Saga.Kind));
        Add(command, "id", NpgsqlDbType.Uuid, writes.Select(write => write.Saga.Id));
        Add(command, "business_key", NpgsqlDbType.Text, writes.Select(write => write.Saga.BusinessKey));
        Add(command, "state", NpgsqlDbType.Text, writes.Select(write => write.Saga.State));
        Add(command, "step", NpgsqlDbType.Text, writes.Select(write => write.Saga.Step));
        Add(command, "version", NpgsqlDbType.Bigint, writes.Select(write => write.Saga.Version));
        Add(command, "last_message_id", NpgsqlDbType.Uuid, writes.Select(write => write.Saga.LastMessageId));
        Add(command, "definition_version", NpgsqlDbType.Integer, writes.Select(write => write.Saga.DefinitionVersion));
        Add(command, "data", NpgsqlDbType.Text, writes.Select(write => write.Saga.Data));
        Add(command, "deadline", NpgsqlDbType.TimestampTz, writes.Select(write => write.Saga.Deadline));
        Add(command, "created_at", NpgsqlDbType.TimestampTz, writes.Select(write => write.Saga.CreatedAt));
        Add(command, "updated_at", NpgsqlDbType.TimestampTz, writes.Select(write => write.Saga.UpdatedAt));
        Add(command, "completed_at", NpgsqlDbType.TimestampTz, writes.Select(write => write.Saga.CompletedAt));
        Add(command, "version_before", NpgsqlDbType.Bigint, writes.Select(write => write.Before?.Version ?? 0));
        Add(command, "message_before", NpgsqlDbType.Uuid, writes.Select(write => write.Before?.LastMessageId));
        // Written when the saga starts; an update does not change it.
        Add(command, "traceparent", NpgsqlDbType.Text, writes.Select(write => write.Before is null ? write.Saga.TraceParent : null));
        Add(command, "unique_key", NpgsqlDbType.Text, writes.Select(write => write.UniqueKey));
    }

    static void Transitions(NpgsqlCommand command, IReadOnlyList<SagaWrite> writes)
    {
        var rows = writes.SelectMany(write => write.Transitions).ToList();
        Add(command, "n", NpgsqlDbType.Bigint, writes.SelectMany((write, i) => Enumerable.Repeat(i + 1L, write.Transitions.Count)));
        Add(command, "seq", NpgsqlDbType.Bigint, rows.Select(row => row.Seq));
        Add(command, "message_id", NpgsqlDbType.Uuid, rows.Select(row => row.MessageId));
        Add(command, "message_type", NpgsqlDbType.Text, rows.Select(row => row.MessageType));
        Add(command, "event", NpgsqlDbType.Text, rows.Select(row => row.Event));
        Add(command, "from_state", NpgsqlDbType.Text, rows.Select(row => row.FromState));
        Add(command, "to_state", NpgsqlDbType.Text, rows.Select(row => row.ToState));
        Add(command, "outgoing", NpgsqlDbType.Text, rows.Select(row => row.Outgoing));
        Add(command, "decided_by", NpgsqlDbType.Integer, rows.Select(row => row.DefinitionVersion));
        Add(command, "actor", NpgsqlDbType.Text, rows.Select(row => row.Actor));
        Add(command, "trace_id", NpgsqlDbType.Text, rows.Select(row => row.TraceId));
        Add(command, "at", NpgsqlDbType.TimestampTz, rows.Select(row => row.At));
        Add(command, "remark", NpgsqlDbType.Text, rows.Select(row => row.Remark));
    }

    static void Add<T>(NpgsqlCommand command, string name, NpgsqlDbType type, IEnumerable<T> values) =>
        command.Parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Array | type) { Value = values.ToArray() });
}
