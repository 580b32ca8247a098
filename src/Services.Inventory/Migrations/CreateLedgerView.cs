using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Orchestrator.Services.Inventory.Migrations;

/// <summary>What others may read of it: what is set aside for which order.</summary>
[DbContext(typeof(InventorySchema))]
[Migration("20261125000000_LedgerView")]
public sealed class CreateLedgerView : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE VIEW inventory_ledger AS
            SELECT r.order_id, r.status,
                coalesce((SELECT CAST(sum(l.quantity) AS bigint) FROM inventory_reservation_line l WHERE l.order_id = r.order_id), 0) AS units
            FROM inventory_reservation r;
        """);

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP VIEW inventory_ledger;");
}
