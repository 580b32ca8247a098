using Orchestrator.Storage;

namespace Orchestrator.Services.Inventory;

/// <summary>Reservations and stock as rows, of many orders at once.</summary>
sealed class ReservationTable(Database database)
{
    static readonly JsonRows Reservations = new(("order_id", "uuid"), ("status", "text"), ("epoch", "integer"), ("released_epoch", "integer"));
    static readonly JsonRows Lines = new(("order_id", "uuid"), ("sku", "text"), ("quantity", "bigint"));
    static readonly JsonRows Refusals = new(("order_id", "uuid"), ("epoch", "integer"), ("reason", "text"));
    static readonly JsonRows Changes = new(("sku", "text"), ("on_hand", "bigint"), ("reserved", "bigint"), ("shipped", "bigint"));

    /// <summary>Loads and locks what some acts need: their orders first, known or not, then the stock, in the order of its SKUs.</summary>
    public async Task<IReadOnlyList<Reservation>> Load(Sql sql, IReadOnlyList<Claim> claims)
    {
        var shelves = new Dictionary<string, Shelf>(StringComparer.Ordinal);
        var orders = claims.ToDictionary(claim => claim.OrderId, claim => new Reservation(claim.OrderId, shelves));
        var parameter = ("orders", (object?)orders.Keys.ToArray());
        var among = database.Among("order_id", "orders");
        foreach (var (order, status, epoch, releasedEpoch) in await sql.Query(
            $"SELECT order_id, status, epoch, released_epoch FROM inventory_reservation WHERE {among} ORDER BY order_id{database.ForUpdate}",
            row => (row.GetGuid(0), Enum.Parse<ReservationStatus>(row.GetString(1)), row.GetInt32(2), row.GetInt32(3)), parameter))
        {
            orders[order].WasStored(status, epoch, releasedEpoch);
        }

        if (orders.Values.Any(order => order.IsStored))
        {
            foreach (var refusal in await sql.Query(
                $"SELECT order_id, epoch, reason FROM inventory_refusal WHERE {among}",
                row => new Reservation.Refusal(row.GetGuid(0), row.GetInt32(1), row.GetString(2)), parameter))
            {
                orders[refusal.OrderId].WasRefused(refusal);
            }
        }

        if (orders.Values.Any(order => order.Status == ReservationStatus.Reserved))
        {
            foreach (var (order, sku, quantity) in await sql.Query(
                $"SELECT order_id, sku, quantity FROM inventory_reservation_line WHERE {among} ORDER BY order_id, sku",
                row => (row.GetGuid(0), row.GetString(1), row.GetInt64(2)), parameter))
            {
                orders[order].Lines.Add(sku, quantity);
            }
        }

        var skus = claims.SelectMany(claim => claim.Skus).Concat(orders.Values.SelectMany(order => order.Lines.Keys)).Distinct(StringComparer.Ordinal).ToArray();
        if (skus.Length > 0)
        {
            foreach (var shelf in await sql.Query(
                $"SELECT sku, on_hand, reserved FROM inventory_stock WHERE {database.Among("sku", "skus")} ORDER BY sku{database.ForUpdate}",
                row => new Shelf(row.GetString(0), row.GetInt64(1), row.GetInt64(2)), ("skus", skus)))
            {
                shelves.Add(shelf.Sku, shelf);
            }
        }

        return [.. claims.Select(claim => orders[claim.OrderId])];
    }

    /// <summary>Which claims need an order or stock that another session has locked; what the others need is locked for them.</summary>
    public async Task<IReadOnlyList<bool>> AreLocked(Sql sql, IReadOnlyList<Claim> claims)
    {
        var lockedOrders = await sql.Locked("inventory_reservation", "order_id", claims.Select(claim => claim.OrderId).ToArray());
        var setAside = (await sql.Query(
                $"SELECT order_id, sku FROM inventory_reservation_line WHERE {database.Among("order_id", "orders")}",
                row => (OrderId: row.GetGuid(0), Sku: row.GetString(1)), ("orders", claims.Select(claim => claim.OrderId).Where(id => !lockedOrders.Contains(id)).ToArray())))
            .ToLookup(line => line.OrderId, line => line.Sku);
        var free = claims.Where(claim => !lockedOrders.Contains(claim.OrderId));
        var lockedSkus = await sql.Locked(
            "inventory_stock", "sku", free.SelectMany(claim => claim.Skus.Concat(setAside[claim.OrderId])).Distinct(StringComparer.Ordinal).ToArray());
        return [.. claims.Select(claim => lockedOrders.Contains(claim.OrderId) || claim.Skus.Concat(setAside[claim.OrderId]).Any(lockedSkus.Contains))];
    }

    /// <summary>Writes what has changed.</summary>
    public async Task Save(Sql sql, IReadOnlyList<Reservation> orders)
    {
        var now = ("now", (object?)database.Time.GetUtcNow());
        var changed = orders.Where(order => order.IsChanged).ToLookup(order => order.IsStored);
        if (changed[false].Any())
        {
            await sql.Execute(
                $"""
                INSERT INTO inventory_reservation (order_id, status, epoch, released_epoch, updated_at)
                SELECT order_id, status, epoch, released_epoch, @now FROM {Reservations.Table(database.Dialect)}
                """, Rows(changed[false]), now);
        }

        if (changed[true].Any())
        {
            await sql.Execute(
                $"""
                UPDATE inventory_reservation AS r
                SET status = rows.status, epoch = rows.epoch, released_epoch = rows.released_epoch, updated_at = @now
                FROM {Reservations.Table(database.Dialect)} WHERE r.order_id = rows.order_id
                """, Rows(changed[true]), now);
        }

        await Save(sql, "inventory_refusal (order_id, epoch, reason, refused_at)", "order_id, epoch, reason, @now", Refusals, orders.SelectMany(order => order.NewRefusals), now);
        await Save(
            sql, "inventory_reservation_line (order_id, sku, quantity)", "order_id, sku, quantity", Lines,
            orders.Where(order => order.HasNewLines).SelectMany(order => order.Lines.Select(line => new { order.OrderId, Sku = line.Key, Quantity = line.Value })));
        if (orders.Where(order => order.HasOldLines).Select(order => order.OrderId).ToArray() is { Length: > 0 } without)
            await sql.Execute($"DELETE FROM inventory_reservation_line WHERE {database.Among("order_id", "orders")}", ("orders", without));
        if (orders.SelectMany(order => order.Shelves).Distinct().Where(shelf => shelf.Change != default).ToList() is { Count: > 0 } shelves)
        {
            await sql.Execute(
                $"""
                UPDATE inventory_stock AS s
                SET on_hand = s.on_hand + rows.on_hand, reserved = s.reserved + rows.reserved, shipped = s.shipped + rows.shipped
                FROM {Changes.Table(database.Dialect)} WHERE s.sku = rows.sku
                """,
                JsonRows.Parameter(shelves.Select(shelf => new { shelf.Sku, shelf.Change.OnHand, shelf.Change.Reserved, shelf.Change.Shipped })));
        }
    }

    async Task Save<T>(Sql sql, string table, string columns, JsonRows rows, IEnumerable<T> values, params (string, object?)[] parameters)
    {
        if (values.ToList() is { Count: > 0 } list)
            await sql.Execute($"INSERT INTO {table} SELECT {columns} FROM {rows.Table(database.Dialect)}", [JsonRows.Parameter(list), .. parameters]);
    }

    static (string, object?) Rows(IEnumerable<Reservation> orders) =>
        JsonRows.Parameter(orders.Select(order => new { order.OrderId, Status = order.Status.ToString(), order.Epoch, order.ReleasedEpoch }));
}
