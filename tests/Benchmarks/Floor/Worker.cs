using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Orchestrator.Contracts.Orders;

namespace Orchestrator.Tests.Benchmarks.Floor;

/// <summary>The saga, hand-written for this kind of order only: one load and one commit for a batch.</summary>
/// <param name="connection">Its own connection.</param>
/// <param name="isShort">True when an order ends when it is paid: four commands instead of five.</param>
sealed class Worker(NpgsqlConnection connection, bool isShort) : IPart
{
    // The intake takes fewer messages at once. Otherwise running orders would wait behind new ones.
    const ushort Intake = 64, Outcomes = 512;

    const string LoadSql =
        """
        SELECT s.version, s.last_message_id, s.data::text, s.state, s.step, s.created_at, j.outgoing
        FROM unnest($1, $2) WITH ORDINALITY AS r(id, message_id, n)
        LEFT JOIN saga s ON s.kind = 'order-fulfilment' AND s.id = r.id
        LEFT JOIN journal j ON j.kind = 'order-fulfilment' AND j.saga_id = r.id AND j.message_id = r.message_id
        ORDER BY r.n
        """;

    readonly JournalJson _journal = new();

    /// <summary>Opens it on the database of the worker.</summary>
    public static async Task<Worker> Open(string postgres, bool isShort) => new(await Commands.Open(postgres, "orchestrator"), isShort);

    /// <inheritdoc />
    public IReadOnlyList<(string Queue, ushort Prefetch)> Queues { get; } =
    [
        ("order-fulfilment", Outcomes), ("order-fulfilment-intake", Intake),
    ];

    /// <inheritdoc />
    public async Task<List<Outbound>> Handle(List<Inbound> batch)
    {
        var outbound = new List<Outbound>(batch.Count + 16);
        var (sagas, seen) = await Load(batch, outbound);
        var rows = new List<JournalRow>(batch.Count);
        foreach (var message in batch)
        {
            if (seen.Contains(message.MessageId) || Decide(sagas[message.OrderId], message) is not { } row)
                continue;
            rows.Add(row);
            outbound.AddRange(row.Sent);
        }

        if (rows.Count > 0)
            await Commit.Run(connection, [.. sagas.Values.Where(saga => saga.Version > saga.VersionBefore).OrderBy(saga => saga.Id)], rows);
        return outbound;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    // A message that was handled before moves the saga no more. The messages that it caused are sent again.
    async Task<(Dictionary<Guid, Saga> Sagas, HashSet<Guid> Seen)> Load(List<Inbound> batch, List<Outbound> outbound)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = LoadSql;
        command.Parameters.Add(
            new NpgsqlParameter
            {
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid,
                Value = batch.Select(message => message.OrderId).ToArray()
            });
        command.Parameters.Add(
            new NpgsqlParameter
            {
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid,
                Value = batch.Select(message => message.MessageId).ToArray()
            });
        var (sagas, seen) = (new Dictionary<Guid, Saga>(batch.Count), new HashSet<Guid>());
        await using var reader = await command.ExecuteReaderAsync();
        foreach (var message in batch)
        {
            await reader.ReadAsync();
            if (!sagas.ContainsKey(message.OrderId))
                sagas[message.OrderId] = reader.IsDBNull(0) ? new Saga(message.OrderId) : Read(message.OrderId, reader);
            if (reader.IsDBNull(6))
                continue;
            seen.Add(message.MessageId);
            outbound.AddRange(JournalJson.Sent(reader.GetString(6), message));
        }

        return (sagas, seen);
    }

    static Saga Read(Guid id, NpgsqlDataReader row) => new(
        id, row.GetInt64(0), row.GetGuid(1), JsonSerializer.Deserialize(row.GetString(2), Contents.Default.OrderData)!, row.GetString(3),
        row.IsDBNull(4) ? null : row.GetString(4),
        row.GetDateTime(5));

    JournalRow? Decide(Saga saga, Inbound message)
    {
        if ((saga.Data is null) != (message.Type == nameof(OrderSubmitted)))
            return null; // Submitted under another id, or an outcome of an unknown order.
        var (now, from) = (DateTime.UtcNow, saga.FullState);
        var transition = new Transition(saga, message, now, isShort);
        if (!transition.Run())
            return null; // Known already, under another id.
        saga.Moved(message.MessageId, now);
        return new JournalRow(
            saga.Id, saga.Version, message, _journal.Event(message), from, saga.FullState, _journal.Outgoing(transition.Sent), now,
            transition.Sent);
    }
}
