using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Orchestrator.Services.Inventory.Migrations;

/// <summary>Stock, and what is set aside of it for orders.</summary>
[DbContext(typeof(InventorySchema))]
[Migration("20261122000000_Stock")]
public sealed class CreateStock : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        var (id, time, sku, end) = migrationBuilder.IsSqlite()
            ? ("TEXT COLLATE NOCASE", "TEXT", "TEXT", "WITHOUT ROWID")
            : ("uuid", "timestamptz", "text COLLATE \"C\"", "");

        // on_hand: on the shelf and not set aside. Units only ever move from one column to the next.
        migrationBuilder.Sql($"""
            CREATE TABLE inventory_stock (
                sku      {sku} NOT NULL PRIMARY KEY,
                on_hand  bigint NOT NULL CHECK (on_hand >= 0),
                reserved bigint NOT NULL DEFAULT 0 CHECK (reserved >= 0),
                shipped  bigint NOT NULL DEFAULT 0 CHECK (shipped >= 0)
            ) {end};
            """);

        // epoch: the highest that was tried. released_epoch: no reservation up to it may succeed any more.
        migrationBuilder.Sql($"""
            CREATE TABLE inventory_reservation (
                order_id       {id} NOT NULL PRIMARY KEY,
                status         text NOT NULL CHECK (status IN ('Reserved', 'Refused', 'Released', 'Shipped')),
                epoch          integer NOT NULL,
                released_epoch integer NOT NULL,
                updated_at     {time} NOT NULL
            ) {end};
            CREATE INDEX inventory_reservation_unsettled ON inventory_reservation (updated_at) WHERE status = 'Reserved';
            """);

        // Only of orders that are Reserved or Shipped.
        migrationBuilder.Sql($"""
            CREATE TABLE inventory_reservation_line (
                order_id {id} NOT NULL REFERENCES inventory_reservation (order_id),
                sku      {sku} NOT NULL,
                quantity bigint NOT NULL CHECK (quantity > 0),
                PRIMARY KEY (order_id, sku)
            ) {end};
            """);

        // Kept for good: the same epoch asked again gets the same words, whatever has happened since.
        migrationBuilder.Sql($"""
            CREATE TABLE inventory_refusal (
                order_id   {id} NOT NULL REFERENCES inventory_reservation (order_id),
                epoch      integer NOT NULL,
                reason     text NOT NULL,
                refused_at {time} NOT NULL,
                PRIMARY KEY (order_id, epoch)
            ) {end};
            """);
    }
}
