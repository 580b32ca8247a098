using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Orchestrator.Tests.Benchmarks.Floor;

/// <summary>Writes sagas and their transitions: one statement and one commit for any number.</summary>
static class Commit
{
    // Each saga has one row here, and all its transitions of the batch.
    const string Sql =
        """
        WITH s AS MATERIALIZED (
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                AS s(id, business_key, state, step, version, message_id, data, deadline, created_at, at, completed_at, version_before,
                     message_before)
        ), inserted AS (
            INSERT INTO saga (kind, id, business_key, state, step, version, last_message_id, definition_version, data, deadline, created_at,
                              updated_at, completed_at)
            SELECT 'order-fulfilment', id, business_key, state, step, version, message_id, 2, data::jsonb, deadline, created_at, at,
                   completed_at
            FROM s WHERE version_before = 0
            ON CONFLICT DO NOTHING
            RETURNING id
        ), updated AS (
            UPDATE saga
            SET business_key = s.business_key, state = s.state, step = s.step, version = s.version, last_message_id = s.message_id,
                definition_version = 2, data = s.data::jsonb, deadline = s.deadline, updated_at = s.at, completed_at = s.completed_at
            FROM s
            WHERE s.version_before > 0 AND saga.kind = 'order-fulfilment' AND saga.id = s.id AND saga.version = s.version_before
                AND saga.last_message_id = s.message_before
            RETURNING saga.id
        ), written AS (
            SELECT id FROM inserted UNION ALL SELECT id FROM updated
        )
        INSERT INTO journal (kind, saga_id, seq, message_id, message_type, event, from_state, to_state, outgoing, definition_version, at)
        SELECT 'order-fulfilment', j.saga_id, j.seq, j.message_id, j.message_type, j.event::json, j.from_state, j.to_state,
               j.outgoing::json, 2, j.at
        FROM unnest($14, $15, $16, $17, $18, $19, $20, $21, $22)
            AS j(saga_id, seq, message_id, message_type, event, from_state, to_state, outgoing, at)
        JOIN written w ON w.id = j.saga_id
        """;

    /// <summary>Writes the sagas and the transitions.</summary>
    /// <param name="connection">The connection of the worker.</param>
    /// <param name="sagas">The sagas, in the order of their ids.</param>
    /// <param name="rows">Their transitions.</param>
    /// <exception cref="InvalidOperationException">Another process moved one of the sagas. The caller must take the batch
    /// again.</exception>
    public static async Task Run(NpgsqlConnection connection, List<Saga> sagas, List<JournalRow> rows)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Sql;
        void Add<T>(NpgsqlDbType type, IEnumerable<T> values) =>
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | type, Value = values.ToArray() });

        Add(NpgsqlDbType.Uuid, sagas.Select(saga => saga.Id));
        Add(NpgsqlDbType.Text, sagas.Select(saga => saga.Data!.OrderNumber));
        Add(NpgsqlDbType.Text, sagas.Select(saga => saga.State));
        Add(NpgsqlDbType.Text, sagas.Select(saga => saga.Step));
        Add(NpgsqlDbType.Bigint, sagas.Select(saga => saga.Version));
        Add(NpgsqlDbType.Uuid, sagas.Select(saga => saga.LastMessage));
        Add(NpgsqlDbType.Text, sagas.Select(saga => JsonSerializer.Serialize(saga.Data!, Contents.Default.OrderData)));
        Add(NpgsqlDbType.TimestampTz, sagas.Select(saga => saga.Deadline));
        Add(NpgsqlDbType.TimestampTz, sagas.Select(saga => saga.CreatedAt));
        Add(NpgsqlDbType.TimestampTz, sagas.Select(saga => saga.UpdatedAt));
        Add(NpgsqlDbType.TimestampTz, sagas.Select(saga => saga.CompletedAt));
        Add(NpgsqlDbType.Bigint, sagas.Select(saga => saga.VersionBefore));
        Add(NpgsqlDbType.Uuid, sagas.Select(saga => saga.MessageBefore));

        Add(NpgsqlDbType.Uuid, rows.Select(row => row.SagaId));
        Add(NpgsqlDbType.Bigint, rows.Select(row => row.Seq));
        Add(NpgsqlDbType.Uuid, rows.Select(row => row.Message.MessageId));
        Add(NpgsqlDbType.Text, rows.Select(row => row.Message.Type));
        Add(NpgsqlDbType.Text, rows.Select(row => row.Event));
        Add(NpgsqlDbType.Text, rows.Select(row => row.From));
        Add(NpgsqlDbType.Text, rows.Select(row => row.To));
        Add(NpgsqlDbType.Text, rows.Select(row => row.Outgoing));
        Add(NpgsqlDbType.TimestampTz, rows.Select(row => row.At));
        var written = await command.ExecuteNonQueryAsync();
        // The count has only the rows of the journal, not those of the other parts.
        if (written != rows.Count)
            throw new InvalidOperationException(
                $"{written} of {rows.Count} transitions were written: another process moves these sagas too.");
    }
}
