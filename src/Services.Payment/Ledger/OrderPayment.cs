using System.Data.Common;
using Orchestrator.Contracts;
using Orchestrator.Storage;

namespace Orchestrator.Services.Payment.Ledger;

/// <summary>All that is stored about the payment of one order, locked until the transaction ends.</summary>
sealed class OrderPayment
{
    const string Customer = "customer", Hold = "hold", Merchant = "merchant";

    readonly Sql _sql;
    readonly Guid _orderId;
    readonly DateTimeOffset _now;
    readonly List<Operation> _operations;

    OrderPayment(Sql sql, Guid orderId, DateTimeOffset now, List<Operation> operations) =>
        (_sql, _orderId, _now, _operations) = (sql, orderId, now, operations);

    /// <summary>Reads the order's operations; whoever else wants them waits for the end of this transaction.</summary>
    public static async Task<OrderPayment> Lock(Database database, Sql sql, Guid orderId)
    {
        // There may be no row to lock yet, so the order itself is locked. SQLite's writer has the file to itself.
        if (database.Dialect == Dialect.Postgres)
            await sql.Execute("SELECT pg_advisory_xact_lock(hashtextextended(@name, 0))", ("@name", $"payment {orderId}"));
        var operations = await sql.Query(
            """
            SELECT operation, epoch, status, customer_id, currency, amount_minor, reference, reason
            FROM payment_operation WHERE order_id = @order
            """,
            row => Read(orderId, row), ("@order", orderId));
        return new OrderPayment(sql, orderId, database.Time.GetUtcNow(), operations);
    }

    /// <summary>An operation of one epoch, if it ever came.</summary>
    public Operation? Find(string name, int epoch) => _operations.Find(o => o.Name == name && o.Epoch == epoch);

    /// <summary>The one try at an act that is under way or has succeeded.</summary>
    public Operation? Alive(string name) => _operations.Find(o => o.Name == name && o.IsAlive);

    /// <summary>Whether an authorisation of this epoch comes too late.</summary>
    public bool IsVoided(int epoch) => _operations.Exists(o => o.Name == Operation.Void && o.Epoch >= epoch);

    /// <summary>Stores the operation as it now is.</summary>
    public async Task<Operation> Save(Operation operation)
    {
        await _sql.Execute(
            """
            INSERT INTO payment_operation (order_id, operation, epoch, status, idempotency_key,
                customer_id, currency, amount_minor, reference, reason, started_at, settled_at)
            VALUES (@order, @operation, @epoch, @status, @key, @customer, @currency, @amount, @reference, @reason, @now, @settled)
            ON CONFLICT (order_id, operation, epoch) DO UPDATE SET
                status = excluded.status, reference = excluded.reference, reason = excluded.reason, settled_at = excluded.settled_at
            """,
            ("@order", _orderId), ("@operation", operation.Name), ("@epoch", operation.Epoch),
            ("@status", operation.Status), ("@key", operation.Key), ("@customer", operation.CustomerId),
            ("@currency", operation.Amount?.Currency), ("@amount", operation.Amount?.MinorUnits()),
            ("@reference", operation.Reference), ("@reason", operation.Reason),
            ("@now", _now), ("@settled", operation.IsSettled ? _now : null));
        _operations.RemoveAll(o => o.Name == operation.Name && o.Epoch == operation.Epoch);
        _operations.Add(operation);
        return operation;
    }

    /// <summary>The gateway holds the money.</summary>
    public Task PostHold(Operation authorization) => Post(Customer, Hold, authorization, authorization);

    /// <summary>The gateway let go of the hold.</summary>
    public async Task PostRelease(Operation authorization)
    {
        // The gateway may have made the hold without our learning of it: then it enters and leaves the ledger here.
        if (authorization.Reference is null)
            await PostHold(authorization);
        await Post(Hold, Customer, authorization, _operations.First(o => o.Name == Operation.Void && o.Epoch >= authorization.Epoch));
    }

    /// <summary>The held money is ours.</summary>
    public Task PostCapture(Operation authorization, Operation capture) => Post(Hold, Merchant, authorization, capture);

    /// <summary>Every void that waited for the authorisation's hold to go has what it wanted.</summary>
    public async Task SettleVoids()
    {
        foreach (var waiting in _operations.Where(o => o is { Name: Operation.Void, Status: Operation.Pending }).ToList())
            await Save(waiting with { Status = Operation.Voided });
    }

    Task<int> Post(string from, string to, Operation hold, Operation cause) => _sql.Execute(
        """
        INSERT INTO payment_posting (order_id, hold_epoch, from_account, to_account, operation, epoch, currency, amount_minor, at)
        VALUES (@order, @hold, @from, @to, @operation, @epoch, @currency, @amount, @now)
        """,
        ("@order", _orderId), ("@hold", hold.Epoch), ("@from", from), ("@to", to), ("@operation", cause.Name),
        ("@epoch", cause.Epoch), ("@currency", hold.Amount!.Value.Currency), ("@amount", hold.Amount.Value.MinorUnits()), ("@now", _now));

    static Operation Read(Guid orderId, DbDataReader row)
    {
        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
        return new Operation(orderId, row.GetString(0), row.GetInt32(1), row.GetString(2))
        {
            CustomerId = Text(3),
            Amount = Text(4) is { } currency ? Money.FromMinorUnits(row.GetInt64(5), currency) : null,
            Reference = Text(6),
            Reason = Text(7),
        };
    }
}
