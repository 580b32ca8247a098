using System.Data.Common;
using Orchestrator.Contracts.Orders;
using Orchestrator.Storage;

namespace Orchestrator.Services.Shipping;

/// <summary>One order's shipment, in the transaction that acts on it.</summary>
sealed class ShipmentRow(Sql sql, DateTimeOffset now, Guid orderId)
{
    /// <summary>How the order stands with the carrier.</summary>
    public sealed record State(ShipmentStatus Status, int Epoch, int CancelledEpoch, string? ShipmentId);

    /// <summary>Locks the order until the transaction ends, whether it was heard of before or not.</summary>
    /// <returns>How it stands; for an order that is new, cancelled at epoch 0.</returns>
    public async Task<State> Lock() =>
        // DO NOTHING would not wait for, nor see, a row that another transaction has not committed yet.
        (await sql.First("""
            INSERT INTO shipping_shipment (order_id, status, epoch, cancelled_epoch, updated_at)
            VALUES (@order, 'Cancelled', 0, 0, @now)
            ON CONFLICT (order_id) DO UPDATE SET status = shipping_shipment.status
            RETURNING status, epoch, cancelled_epoch, shipment_id
            """, Map, ("order", orderId), ("now", now)))!;

    /// <summary>Why this epoch was refused, or null when it was not.</summary>
    public Task<string?> Refusal(int epoch) =>
        sql.First(
            "SELECT reason FROM shipping_refusal WHERE order_id = @order AND epoch = @epoch",
            row => row.GetString(0), ("order", orderId), ("epoch", epoch));

    /// <summary>Keeps the reason for whoever asks for this epoch again.</summary>
    public Task Refuse(int epoch, string reason) =>
        sql.Execute(
            "INSERT INTO shipping_refusal (order_id, epoch, reason, refused_at) VALUES (@order, @epoch, @reason, @now)",
            ("order", orderId), ("epoch", epoch), ("reason", reason), ("now", now));

    /// <summary>Writes how the order stands now.</summary>
    public Task Set(ShipmentStatus status, int epoch) =>
        sql.Execute(
            "UPDATE shipping_shipment SET status = @status, epoch = @epoch, updated_at = @now WHERE order_id = @order",
            ("order", orderId), ("status", status.ToString()), ("epoch", epoch), ("now", now));

    /// <summary>No booking up to this epoch may succeed any more.</summary>
    public Task Bury(int epoch) =>
        sql.Execute(
            "UPDATE shipping_shipment SET cancelled_epoch = @epoch WHERE order_id = @order",
            ("order", orderId), ("epoch", epoch));

    /// <summary>Writes a booking.</summary>
    public Task Book(int epoch, string shipmentId, ShipTo shipTo) =>
        sql.Execute("""
            UPDATE shipping_shipment
            SET status = 'Booked', epoch = @epoch, shipment_id = @shipment, country = @country, postal_code = @postalCode,
                booked_at = @now, updated_at = @now
            WHERE order_id = @order
            """,
            ("order", orderId), ("epoch", epoch), ("shipment", shipmentId), ("country", shipTo.Country),
            ("postalCode", shipTo.PostalCode), ("now", now));

    /// <summary>Writes that the carrier has the goods.</summary>
    public Task Dispatch(string trackingNumber) =>
        sql.Execute("""
            UPDATE shipping_shipment
            SET status = 'Dispatched', tracking_number = @tracking, dispatched_at = @now, updated_at = @now
            WHERE order_id = @order
            """, ("order", orderId), ("tracking", trackingNumber), ("now", now));

    static State Map(DbDataReader row) => new(
        Enum.Parse<ShipmentStatus>(row.GetString(0)), row.GetInt32(1), row.GetInt32(2), row.IsDBNull(3) ? null : row.GetString(3));
}
