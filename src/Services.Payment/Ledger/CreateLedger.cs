using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Orchestrator.Services.Payment.Ledger;

/// <summary>Operations, and the double-entry ledger of what they moved.</summary>
/// <remarks>
/// <para>
/// <c>payment_operation</c>: one row for each (order, operation, epoch). <c>pending</c> is an intent: the gateway is
/// called under its key after it is committed. <c>voiding</c> is an authorisation that a void has marked and whose hold
/// the gateway has not yet confirmed to be gone. A <c>void</c> row also stands for authorisations that never came.
/// </para>
/// <para>
/// <c>payment_posting</c>: money that moved between two accounts. One row holds both sides, so a posting can't be half
/// there. Accounts: <c>customer</c> (what customers have given), <c>hold</c> (held, not ours yet), <c>merchant</c>
/// (ours). An authorisation moves customer to hold, a void hold to customer, a capture hold to merchant. The primary
/// key lets each hold come into being once and go once: captured or voided, never both, never twice.
/// </para>
/// <para>
/// <c>payment_entry</c>: the ledger as entries, two for each posting, positive where money arrived;
/// <c>SELECT currency, SUM(amount_minor) FROM payment_entry GROUP BY currency</c> is always zero.
/// <c>payment_summary</c>: a row for each order and currency, in minor units: what was ever held, captured, let go of
/// after having really been held, and what is held now. Captured and voided of all orders:
/// <c>SELECT currency, SUM(captured_minor), SUM(voided_minor) FROM payment_summary GROUP BY currency</c>.
/// </para>
/// </remarks>
[DbContext(typeof(PaymentSchema))]
[Migration("20261122000000_Ledger")]
public sealed class CreateLedger : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        var sqlite = migrationBuilder.IsSqlite();
        var id = sqlite ? "TEXT COLLATE NOCASE" : "uuid";
        var time = sqlite ? "TEXT" : "timestamptz";
        var end = sqlite ? "WITHOUT ROWID" : "";

        migrationBuilder.Sql($"""
            CREATE TABLE payment_operation (
                order_id {id} NOT NULL,
                operation text NOT NULL CHECK (operation IN ('authorize', 'void', 'capture')),
                epoch integer NOT NULL CHECK (epoch > 0),
                status text NOT NULL CHECK (status IN ('pending', 'authorized', 'captured', 'voiding', 'voided', 'refused')),
                idempotency_key {id} NOT NULL,
                customer_id text,
                currency text,
                amount_minor bigint CHECK (amount_minor >= 0),
                reference text,
                reason text,
                started_at {time} NOT NULL,
                settled_at {time},
                PRIMARY KEY (order_id, operation, epoch),
                CHECK ((status = 'refused') = (reason IS NOT NULL)),
                CHECK ((status IN ('pending', 'voiding')) = (settled_at IS NULL))
            ) {end};

            -- Of several epochs at most one is under way or has succeeded.
            CREATE UNIQUE INDEX payment_operation_one_try ON payment_operation (order_id, operation)
                WHERE operation <> 'void' AND status IN ('pending', 'authorized', 'captured', 'voiding');

            CREATE TABLE payment_posting (
                order_id {id} NOT NULL,
                hold_epoch integer NOT NULL,
                from_account text NOT NULL,
                to_account text NOT NULL,
                operation text NOT NULL,
                epoch integer NOT NULL,
                currency text NOT NULL,
                amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
                at {time} NOT NULL,
                PRIMARY KEY (order_id, hold_epoch, from_account),
                FOREIGN KEY (order_id, operation, epoch) REFERENCES payment_operation (order_id, operation, epoch),
                CHECK (operation || ': ' || from_account || ' to ' || to_account IN
                    ('authorize: customer to hold', 'void: hold to customer', 'capture: hold to merchant'))
            ) {end};
            """);
        CreateViews(migrationBuilder);
    }

    static void CreateViews(MigrationBuilder migrationBuilder)
    {
        // SQLite looks an order up in a grouped view by the index only if the groups are compared byte by byte.
        var order = migrationBuilder.IsSqlite() ? "order_id COLLATE BINARY" : "order_id";
        migrationBuilder.Sql($"""
            CREATE VIEW payment_entry AS
                SELECT order_id, operation, epoch, from_account AS account, currency, -amount_minor AS amount_minor, at
                FROM payment_posting
                UNION ALL
                SELECT order_id, operation, epoch, to_account AS account, currency, amount_minor, at
                FROM payment_posting;

            CREATE VIEW payment_summary AS
                SELECT order_id, currency,
                    CAST(SUM(CASE WHEN operation = 'authorize' THEN amount_minor ELSE 0 END) AS bigint) AS authorized_minor,
                    CAST(SUM(CASE WHEN operation = 'capture' THEN amount_minor ELSE 0 END) AS bigint) AS captured_minor,
                    CAST(SUM(CASE WHEN operation = 'void' THEN amount_minor ELSE 0 END) AS bigint) AS voided_minor,
                    CAST(SUM(CASE WHEN operation = 'authorize' THEN amount_minor ELSE -amount_minor END) AS bigint) AS held_minor
                FROM payment_posting
                GROUP BY {order}, currency;
            """);
    }
}
