using System.Data.Common;
using Orchestrator.Storage;

namespace Orchestrator.Services.Shipping;

/// <summary>Shipments as rows, of many orders at once.</summary>
sealed class ShipmentTable(Database database)
{
    const string Columns = "order_id, status, epoch, cancelled_epoch, shipment_id, country, postal_code, booked_at, tracking_number, dispatched_at";

    static readonly JsonRows Shipments = new(
        ("order_id", "uuid"), ("status", "text"), ("epoch", "integer"), ("cancelled_epoch", "integer"), ("shipment_id", "text"), ("country", "text"), ("postal_code", "text"),
        ("booked_at", "timestamptz"), ("tracking_number", "text"), ("dispatched_at", "timestamptz"));

    static readonly JsonRows Refusals = new(("order_id", "uuid"), ("epoch", "integer"), ("reason", "text"));

    /// <summary>Loads and locks the shipments of orders, known or not.</summary>
    public async Task<IReadOnlyList<Shipment>> Load(Sql sql, IReadOnlyList<Guid> orders)
    {
        var parameter = ("orders", (object?)orders.ToArray());
        var stored = (await sql.Query(
                $"SELECT {Columns} FROM shipping_shipment WHERE {database.Among("order_id", "orders")} ORDER BY order_id{database.ForUpdate}", Map, parameter))
            .ToDictionary(shipment => shipment.OrderId);
        if (stored.Count > 0)
        {
            foreach (var refusal in await sql.Query(
                $"SELECT order_id, epoch, reason FROM shipping_refusal WHERE {database.Among("order_id", "orders")}",
                row => new Shipment.Refusal(row.GetGuid(0), row.GetInt32(1), row.GetString(2)), parameter))
            {
                stored[refusal.OrderId].WasRefused(refusal);
            }
        }

        return [.. orders.Select(order => stored.GetValueOrDefault(order) ?? new Shipment(order))];
    }

    /// <summary>Which orders' shipments another session has locked; the others are locked from now on.</summary>
    public static async Task<IReadOnlyList<bool>> AreLocked(Sql sql, IReadOnlyList<Guid> orders)
    {
        var locked = await sql.Locked("shipping_shipment", "order_id", orders.ToArray());
        return [.. orders.Select(locked.Contains)];
    }

    /// <summary>Writes what has changed.</summary>
    public async Task Save(Sql sql, IReadOnlyList<Shipment> shipments)
    {
        var now = ("now", (object?)database.Time.GetUtcNow());
        var changed = shipments.Where(shipment => shipment.IsChanged).ToLookup(shipment => shipment.IsStored);
        if (changed[false].Any())
        {
            await sql.Execute(
                $"INSERT INTO shipping_shipment ({Columns}, updated_at) SELECT {Columns}, @now FROM {Shipments.Table(database.Dialect)} ORDER BY order_id", Rows(changed[false]), now);
        }

        if (changed[true].Any())
        {
            await sql.Execute(
                $"""
                UPDATE shipping_shipment AS s
                SET status = rows.status, epoch = rows.epoch, cancelled_epoch = rows.cancelled_epoch, shipment_id = rows.shipment_id, country = rows.country,
                    postal_code = rows.postal_code, booked_at = rows.booked_at, tracking_number = rows.tracking_number, dispatched_at = rows.dispatched_at, updated_at = @now
                FROM {Shipments.Table(database.Dialect)} WHERE s.order_id = rows.order_id
                """, Rows(changed[true]), now);
        }

        if (shipments.SelectMany(shipment => shipment.NewRefusals).ToList() is { Count: > 0 } refusals)
        {
            await sql.Execute(
                $"INSERT INTO shipping_refusal (order_id, epoch, reason, refused_at) SELECT order_id, epoch, reason, @now FROM {Refusals.Table(database.Dialect)}",
                JsonRows.Parameter(refusals), now);
        }
    }

    static (string, object?) Rows(IEnumerable<Shipment> shipments) => JsonRows.Parameter(shipments.Select(shipment => new
    {
        shipment.OrderId,
        Status = shipment.Status.ToString(),
        shipment.Epoch,
        shipment.CancelledEpoch,
        shipment.ShipmentId,
        shipment.Country,
        shipment.PostalCode,
        BookedAt = Text(shipment.BookedAt),
        shipment.TrackingNumber,
        DispatchedAt = Text(shipment.DispatchedAt),
    }));

    // Both dialects read it.
    static string? Text(DateTimeOffset? at) => at is { } known ? SqliteTime.Text(known) : null;

    static Shipment Map(DbDataReader row)
    {
        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
        DateTimeOffset? Time(int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
        return Shipment.Stored(
            row.GetGuid(0), Enum.Parse<ShipmentStatus>(row.GetString(1)), row.GetInt32(2), row.GetInt32(3), Text(4), Text(5), Text(6), Time(7), Text(8), Time(9));
    }
}
