using System.Data.Common;
using Orchestrator.Storage;

namespace Orchestrator.Services.Inventory;

/// <summary>One order's reservation and its lines, in the transaction that acts on it.</summary>
sealed class ReservationRow(Sql sql, Database database, Guid orderId)
{
    /// <summary>Locks the order until the transaction ends, whether it was heard of before or not.</summary>
    /// <returns>How it stands; for an order that is new, released at epoch 0.</returns>
    public async Task<(ReservationStatus Status, int Epoch, int ReleasedEpoch)> Lock() =>
        // DO NOTHING would not wait for, nor see, a row that another transaction has not committed yet.
        await sql.First("""
            INSERT INTO inventory_reservation (order_id, status, epoch, released_epoch, updated_at)
            VALUES (@order, 'Released', 0, 0, @now)
            ON CONFLICT (order_id) DO UPDATE SET status = inventory_reservation.status
            RETURNING status, epoch, released_epoch
            """, Map, ("order", orderId), ("now", Now));

    /// <summary>Why this epoch was refused, or null when it was not.</summary>
    public Task<string?> Refusal(int epoch) =>
        sql.First(
            "SELECT reason FROM inventory_refusal WHERE order_id = @order AND epoch = @epoch",
            row => row.GetString(0), ("order", orderId), ("epoch", epoch));

    /// <summary>Keeps the reason for whoever asks for this epoch again.</summary>
    public Task Refuse(int epoch, string reason) =>
        sql.Execute(
            "INSERT INTO inventory_refusal (order_id, epoch, reason, refused_at) VALUES (@order, @epoch, @reason, @now)",
            ("order", orderId), ("epoch", epoch), ("reason", reason), ("now", Now));

    /// <summary>Writes how the order stands now.</summary>
    public Task Set(ReservationStatus status, int epoch) =>
        sql.Execute(
            "UPDATE inventory_reservation SET status = @status, epoch = @epoch, updated_at = @now WHERE order_id = @order",
            ("order", orderId), ("status", status.ToString()), ("epoch", epoch), ("now", Now));

    /// <summary>No reservation up to this epoch may succeed any more.</summary>
    public Task Bury(int epoch) =>
        sql.Execute(
            "UPDATE inventory_reservation SET released_epoch = @epoch WHERE order_id = @order",
            ("order", orderId), ("epoch", epoch));

    /// <summary>Moves all units from the shelf to the order, or none.</summary>
    /// <returns>The first SKU, in ordinal order, that is unknown or short; null when the units are set aside.</returns>
    public async Task<string?> SetAside(SortedDictionary<string, long> wanted)
    {
        await sql.Execute($"""
            INSERT INTO inventory_reservation_line (order_id, sku, quantity)
            SELECT @order, sku, quantity FROM {StockRows.Table(database.Dialect)}
            """, ("order", orderId), ("rows", StockRows.Of(wanted.Select(line => (line.Key, line.Value)))));

        var shelf = await LockStock();
        foreach (var (sku, quantity) in wanted)
            if (!shelf.TryGetValue(sku, out var onHand) || onHand < quantity)
            {
                await DropLines();
                return shelf.ContainsKey(sku)
                    ? $"{sku} is short: {quantity} wanted, {onHand} available"
                    : $"{sku} is unknown: {quantity} wanted, 0 available";
            }

        await Move("on_hand", "reserved", wanted.Count);
        return null;
    }

    /// <summary>Moves the order's units back to the shelf.</summary>
    public async Task GiveBack()
    {
        await Move("reserved", "on_hand", (await LockStock()).Count);
        await DropLines();
    }

    /// <summary>Moves the order's units out of the house.</summary>
    public async Task LetGo() => await Move("reserved", "shipped", (await LockStock()).Count);

    DateTimeOffset Now => database.Time.GetUtcNow();

    static (ReservationStatus, int, int) Map(DbDataReader row) =>
        (Enum.Parse<ReservationStatus>(row.GetString(0)), row.GetInt32(1), row.GetInt32(2));

    /// <summary>Locks the stock of the order's lines, in SKU order.</summary>
    /// <returns>Units on hand by SKU; a SKU that is unknown is not among them.</returns>
    async Task<Dictionary<string, long>> LockStock() =>
        (await sql.Query($"""
            SELECT sku, on_hand FROM inventory_stock
            WHERE sku IN (SELECT sku FROM inventory_reservation_line WHERE order_id = @order)
            ORDER BY sku{database.ForUpdate}
            """, row => (Sku: row.GetString(0), OnHand: row.GetInt64(1)), ("order", orderId)))
        .ToDictionary(row => row.Sku, row => row.OnHand, StringComparer.Ordinal);

    /// <summary>Moves the units of every line between two columns, or fails the transaction.</summary>
    async Task Move(string from, string to, int lines)
    {
        var moved = await sql.Execute($"""
            UPDATE inventory_stock SET {from} = {from} - line.quantity, {to} = {to} + line.quantity
            FROM inventory_reservation_line AS line
            WHERE line.order_id = @order AND line.sku = inventory_stock.sku AND {from} >= line.quantity
            """, ("order", orderId));
        if (moved != lines)
            throw new InventoryConflictException(orderId, $"{moved} of {lines} SKUs had the units to move from {from} to {to}");
    }

    Task<int> DropLines() => sql.Execute("DELETE FROM inventory_reservation_line WHERE order_id = @order", ("order", orderId));
}
