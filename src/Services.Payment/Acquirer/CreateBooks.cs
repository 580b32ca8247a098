using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Orchestrator.Services.Payment.Acquirer;

/// <summary>The acquirer's own books.</summary>
/// <remarks>
/// <c>acquirer_hold</c>: one row for each key of an authorisation; <c>voided</c> without a reference is the mark of a
/// void that came first. <c>acquirer_capture</c>: one row for each key of a capture. <c>acquirer_summary</c>: the
/// statement, with the columns of our <c>payment_summary</c>.
/// </remarks>
[DbContext(typeof(AcquirerSchema))]
[Migration("20261122000000_Books")]
public sealed class CreateBooks : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        var sqlite = migrationBuilder.IsSqlite();
        var id = sqlite ? "TEXT COLLATE NOCASE" : "uuid";
        var time = sqlite ? "TEXT" : "timestamptz";
        var end = sqlite ? "WITHOUT ROWID" : "";

        // SQLite looks an order up in a grouped view by the index only if the groups are compared byte by byte.
        var order = sqlite ? "order_id COLLATE BINARY" : "order_id";

        migrationBuilder.Sql($"""
            CREATE TABLE acquirer_hold (
                idempotency_key {id} PRIMARY KEY NOT NULL,
                order_id {id},
                customer_id text,
                currency text,
                amount_minor bigint CHECK (amount_minor >= 0),
                status text NOT NULL CHECK (status IN ('held', 'captured', 'voided', 'declined')),
                reference text,
                reason text,
                at {time} NOT NULL,
                CHECK ((status = 'declined') = (reason IS NOT NULL))
            ) {end};

            CREATE TABLE acquirer_capture (
                idempotency_key {id} PRIMARY KEY NOT NULL,
                hold_reference text NOT NULL,
                currency text NOT NULL,
                amount_minor bigint NOT NULL,
                status text NOT NULL CHECK (status IN ('captured', 'declined')),
                reference text,
                reason text,
                at {time} NOT NULL,
                CHECK ((status = 'captured') = (reference IS NOT NULL)),
                CHECK ((status = 'declined') = (reason IS NOT NULL))
            ) {end};

            CREATE INDEX acquirer_hold_order ON acquirer_hold (order_id);
            CREATE INDEX acquirer_hold_reference ON acquirer_hold (reference) WHERE reference IS NOT NULL;
            CREATE UNIQUE INDEX acquirer_capture_once ON acquirer_capture (hold_reference) WHERE status = 'captured';

            CREATE VIEW acquirer_summary AS
                SELECT order_id, currency,
                    CAST(SUM(amount_minor) AS bigint) AS authorized_minor,
                    CAST(SUM(CASE WHEN status = 'captured' THEN amount_minor ELSE 0 END) AS bigint) AS captured_minor,
                    CAST(SUM(CASE WHEN status = 'voided' THEN amount_minor ELSE 0 END) AS bigint) AS voided_minor,
                    CAST(SUM(CASE WHEN status = 'held' THEN amount_minor ELSE 0 END) AS bigint) AS held_minor
                FROM acquirer_hold
                WHERE reference IS NOT NULL
                GROUP BY {order}, currency;
            """);
    }
}
