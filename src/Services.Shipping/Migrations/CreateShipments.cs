using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Orchestrator.Services.Shipping.Migrations;

/// <summary>Bookings with the carrier.</summary>
[DbContext(typeof(ShippingSchema))]
[Migration("20261122000000_Shipments")]
public sealed class CreateShipments : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        var (id, time, end) = migrationBuilder.IsSqlite()
            ? ("TEXT COLLATE NOCASE", "TEXT", "WITHOUT ROWID")
            : ("uuid", "timestamptz", "");

        // epoch: the highest that was tried. cancelled_epoch: no booking up to it may succeed any more.
        // shipment_id and what follows it: of the last booking that succeeded, also after it was cancelled.
        migrationBuilder.Sql($"""
            CREATE TABLE shipping_shipment (
                order_id        {id} NOT NULL PRIMARY KEY,
                status          text NOT NULL CHECK (status IN ('Booked', 'Refused', 'Cancelled', 'Dispatched')),
                epoch           integer NOT NULL,
                cancelled_epoch integer NOT NULL,
                shipment_id     text CHECK (shipment_id IS NOT NULL OR status IN ('Refused', 'Cancelled')),
                country         text,
                postal_code     text,
                booked_at       {time},
                tracking_number text CHECK ((tracking_number IS NOT NULL) = (status = 'Dispatched')),
                dispatched_at   {time},
                updated_at      {time} NOT NULL
            ) {end};
            CREATE INDEX shipping_shipment_unsettled ON shipping_shipment (updated_at) WHERE status = 'Booked';
            """);

        // Kept for good: the same epoch asked again gets the same words, whatever has happened since.
        migrationBuilder.Sql($"""
            CREATE TABLE shipping_refusal (
                order_id   {id} NOT NULL REFERENCES shipping_shipment (order_id),
                epoch      integer NOT NULL,
                reason     text NOT NULL,
                refused_at {time} NOT NULL,
                PRIMARY KEY (order_id, epoch)
            ) {end};
            """);
    }
}
