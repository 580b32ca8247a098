using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;

namespace Orchestrator.Tests.Benchmarks.Floor;

/// <summary>Reserves and ships stock, in the tables of the product: one round trip and one commit for a batch.</summary>
sealed class Inventory(NpgsqlConnection connection) : IPart
{
    const string ReserveSql =
        """
        WITH r AS (
            INSERT INTO inventory_reservation (order_id, status, epoch, released_epoch, updated_at)
            SELECT id, 'Reserved', 1, 0, $2 FROM unnest($1) AS id ORDER BY id
            ON CONFLICT DO NOTHING
            RETURNING order_id
        ), l AS (
            INSERT INTO inventory_reservation_line (order_id, sku, quantity)
            SELECT l.order_id, l.sku, sum(l.quantity) FROM unnest($3, $4, $5) AS l(order_id, sku, quantity)
            JOIN r ON r.order_id = l.order_id GROUP BY l.order_id, l.sku
            RETURNING sku, quantity
        )
        UPDATE inventory_stock s SET on_hand = on_hand - l.quantity, reserved = reserved + l.quantity
        FROM (SELECT sku, sum(quantity) AS quantity FROM l GROUP BY sku) l WHERE s.sku = l.sku
        """;

    const string ShipSql =
        """
        WITH r AS (
            UPDATE inventory_reservation SET status = 'Shipped', updated_at = $2
            WHERE order_id = ANY ($1) AND status = 'Reserved' RETURNING order_id
        )
        UPDATE inventory_stock s SET reserved = reserved - l.quantity, shipped = shipped + l.quantity
        FROM (SELECT l.sku, sum(l.quantity) AS quantity FROM inventory_reservation_line l
              JOIN r ON r.order_id = l.order_id GROUP BY l.sku) l
        WHERE s.sku = l.sku
        """;

    /// <summary>Opens it on the database of the inventory.</summary>
    public static async Task<Inventory> Open(string postgres) => new(await Commands.Open(postgres, "inventory"));

    /// <inheritdoc />
    public IReadOnlyList<(string Queue, ushort Prefetch)> Queues { get; } =
    [
        (InventoryQueues.Commands, 256), (InventoryQueues.Events, 256),
    ];

    /// <inheritdoc />
    public async Task<List<Outbound>> Handle(List<Inbound> batch)
    {
        var reserved = batch.Where(message => message.Type == nameof(ReserveStock)).ToList();
        var shipped = batch.Where(message => message.Type == nameof(OrderFulfilled)).Select(message => message.OrderId).ToArray();
        var now = DateTime.UtcNow;
        var commands = new List<NpgsqlBatchCommand>(2);
        if (reserved.Count > 0)
        {
            var lines = reserved.SelectMany(
                message => message.Read(Contents.Default.Reserve).Lines.Select(line => (message.OrderId, line.Sku, line.Quantity)))
                .ToList();
            commands.Add(new NpgsqlBatchCommand(ReserveSql)
                .With(NpgsqlDbType.Uuid, reserved.Select(message => message.OrderId)).With(NpgsqlDbType.TimestampTz, (object)now)
                .With(NpgsqlDbType.Uuid, lines.Select(line => line.OrderId)).With(NpgsqlDbType.Text, lines.Select(line => line.Sku))
                .With(NpgsqlDbType.Bigint, lines.Select(line => (long)line.Quantity)));
        }

        if (shipped.Length > 0)
            commands.Add(
                new NpgsqlBatchCommand(ShipSql).With<Guid>(NpgsqlDbType.Uuid, shipped).With(NpgsqlDbType.TimestampTz, (object)now));
        await connection.Run(commands);
        return [.. reserved.Select(message => Outbound.Answer(
            message, nameof(StockReserved), "inventory",
            JsonSerializer.SerializeToUtf8Bytes(new Plain(message.OrderId, 1), Contents.Default.Plain)))];
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
