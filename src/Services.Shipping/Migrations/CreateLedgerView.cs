using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Orchestrator.Services.Shipping.Migrations;

/// <summary>What others may read of it: which order has which shipment.</summary>
[DbContext(typeof(ShippingSchema))]
[Migration("20261125000000_LedgerView")]
public sealed class CreateLedgerView : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        "CREATE VIEW shipping_ledger AS SELECT order_id, status, shipment_id, tracking_number FROM shipping_shipment;");

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP VIEW shipping_ledger;");
}
