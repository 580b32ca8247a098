using System.Data.Common;
using Orchestrator.Contracts;
using Orchestrator.Storage;

namespace Orchestrator.Services.Payment.Ledger;

/// <summary>Operations and postings as rows, of many orders at once.</summary>
sealed class LedgerTables(Database database)
{
    static readonly JsonRows Operations = new(
        ("order_id", "uuid"), ("operation", "text"), ("epoch", "integer"), ("status", "text"), ("idempotency_key", "uuid"), ("customer_id", "text"), ("currency", "text"),
        ("amount_minor", "bigint"), ("reference", "text"), ("reason", "text"), ("settled_at", "timestamptz"));

    static readonly JsonRows Postings = new(
        ("order_id", "uuid"), ("hold_epoch", "integer"), ("from_account", "text"), ("to_account", "text"), ("operation", "text"), ("epoch", "integer"), ("currency", "text"),
        ("amount_minor", "bigint"));

    /// <summary>Reads the orders' operations; whoever else wants them waits for the end of this transaction.</summary>
    public async Task<IReadOnlyList<OrderPayment>> Load(Sql sql, IReadOnlyList<Guid> orders)
    {
        var parameter = ("orders", (object?)orders.ToArray());
        // There may be no row to lock yet, so the orders themselves are locked. SQLite's writer has the file to itself.
        if (database.Dialect == Dialect.Postgres)
            await sql.Execute("SELECT count(pg_advisory_xact_lock(hashtextextended('payment ' || id, 0))) FROM unnest(@orders) AS id", parameter);
        var payments = orders.ToDictionary(order => order, order => new OrderPayment(order));
        foreach (var operation in await sql.Query(
            $"""
            SELECT order_id, operation, epoch, status, customer_id, currency, amount_minor, reference, reason
            FROM payment_operation WHERE {database.Among("order_id", "orders")} ORDER BY order_id, operation, epoch
            """, Read, parameter))
        {
            payments[operation.OrderId].WasStored(operation);
        }

        return [.. orders.Select(order => payments[order])];
    }

    /// <summary>Which orders another session has locked, or a row of theirs; the others are locked from now on.</summary>
    public static async Task<IReadOnlyList<bool>> AreLocked(Sql sql, IReadOnlyList<Guid> orders)
    {
        var locked = (await sql.Query(
            "SELECT id FROM unnest(@orders) AS id WHERE NOT pg_try_advisory_xact_lock(hashtextextended('payment ' || id, 0))",
            row => row.GetGuid(0), ("orders", orders.ToArray()))).ToHashSet();
        locked.UnionWith(await sql.Locked("payment_operation", "order_id", orders.Where(order => !locked.Contains(order)).ToArray()));
        return [.. orders.Select(locked.Contains)];
    }

    /// <summary>Writes what has changed.</summary>
    public async Task Save(Sql sql, IReadOnlyList<OrderPayment> payments)
    {
        var now = database.Time.GetUtcNow();
        if (payments.SelectMany(payment => payment.Changed).ToList() is { Count: > 0 } changed)
        {
            await sql.Execute(
                $"""
                INSERT INTO payment_operation (order_id, operation, epoch, status, idempotency_key,
                    customer_id, currency, amount_minor, reference, reason, started_at, settled_at)
                SELECT order_id, operation, epoch, status, idempotency_key, customer_id, currency, amount_minor, reference, reason, @now, settled_at
                FROM {Operations.Table(database.Dialect)} WHERE true
                ON CONFLICT (order_id, operation, epoch) DO UPDATE SET
                    status = excluded.status, reference = excluded.reference, reason = excluded.reason, settled_at = excluded.settled_at
                """, Rows(changed, now), ("now", now));
        }

        if (payments.SelectMany(payment => payment.Postings).ToList() is { Count: > 0 } postings)
        {
            await sql.Execute(
                $"""
                INSERT INTO payment_posting (order_id, hold_epoch, from_account, to_account, operation, epoch, currency, amount_minor, at)
                SELECT order_id, hold_epoch, from_account, to_account, operation, epoch, currency, amount_minor, @now FROM {Postings.Table(database.Dialect)}
                """, JsonRows.Parameter(postings), ("now", now));
        }
    }

    static (string, object?) Rows(IEnumerable<Operation> operations, DateTimeOffset now) => JsonRows.Parameter(operations.Select(operation => new
    {
        operation.OrderId,
        Operation = operation.Name,
        operation.Epoch,
        operation.Status,
        IdempotencyKey = operation.Key,
        operation.CustomerId,
        operation.Amount?.Currency,
        AmountMinor = operation.Amount?.MinorUnits(),
        operation.Reference,
        operation.Reason,
        // Both dialects read it.
        SettledAt = operation.IsSettled ? SqliteTime.Text(now) : null,
    }));

    static Operation Read(DbDataReader row)
    {
        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
        return new Operation(row.GetGuid(0), row.GetString(1), row.GetInt32(2), row.GetString(3))
        {
            CustomerId = Text(4),
            Amount = Text(5) is { } currency ? Money.FromMinorUnits(row.GetInt64(6), currency) : null,
            Reference = Text(7),
            Reason = Text(8),
        };
    }
}
