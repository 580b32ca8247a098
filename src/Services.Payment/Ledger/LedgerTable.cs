using System.Data.Common;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Payment;
using Orchestrator.Participants;
using Orchestrator.Storage;

namespace Orchestrator.Services.Payment.Ledger;

/// <summary>Stores acts as operations, and the money that they moved as postings.</summary>
sealed class LedgerTable() : ParticipantTable<OrderPayment>(OrderPayment.None)
{
    public const string Authorize = "authorize", Void = "void", Capture = "capture";

    const string Pending = "pending", Authorized = "authorized", Captured = "captured", Voiding = "voiding", Voided = "voided",
    Refused = "refused";

    static readonly JsonRows Operations = new(
        ("order_id", "uuid"), ("operation", "text"), ("epoch", "integer"), ("status", "text"), ("idempotency_key", "uuid"),
        ("customer_id", "text"), ("currency", "text"),
        ("amount_minor", "bigint"), ("reference", "text"), ("reason", "text"), ("settled_at", "timestamptz"));

    static readonly JsonRows Postings = new(
        ("order_id", "uuid"), ("hold_epoch", "integer"), ("from_account", "text"), ("to_account", "text"), ("operation", "text"),
        ("epoch", "integer"), ("currency", "text"),
        ("amount_minor", "bigint"));

    /// <summary>The name of an operation in its column.</summary>
    public static string NameOf(string operation) => operation == nameof(AuthorizePayment) ? Authorize : Capture;

    /// <summary>The status of an act in its column.</summary>
    public static string StatusOf(Act act) => act.Status switch
    {
        ActStatus.Intended => Pending,
        ActStatus.Refused => Refused,
        ActStatus.Undoing => Voiding,
        ActStatus.Undone => Voided,
        _ => act.Operation == nameof(AuthorizePayment) ? Authorized : Captured,
    };

    public override async Task Load(Database database, Sql sql, IReadOnlyDictionary<Guid, SagaRecord<OrderPayment>> sagas)
    {
        var parameter = ("orders", (object?)sagas.Keys.Order().ToArray());
        // There may be no row to lock yet, so this locks the ids of the orders. SQLite needs no lock: it has one writer.
        if (database.Dialect == Dialect.Postgres)
            await sql.Execute(
                "SELECT count(pg_advisory_xact_lock(hashtextextended('payment ' || id, 0))) FROM unnest(@orders) AS id", parameter);
        foreach (var (id, add) in await sql.Query(
            $"""
            SELECT order_id, operation, epoch, status, customer_id, currency, amount_minor, reference, reason
            FROM payment_operation WHERE {database.Among("order_id", "orders")} ORDER BY order_id, operation, epoch
            """, Read, parameter))
        {
            add(sagas[id]);
        }
    }

    public override async Task<HashSet<Guid>> Locked(Sql sql, Guid[] sagas)
    {
        var locked = (await sql.Query(
            "SELECT id FROM unnest(@orders) AS id WHERE NOT pg_try_advisory_xact_lock(hashtextextended('payment ' || id, 0))",
            row => row.GetGuid(0), ("orders", sagas))).ToHashSet();
        locked.UnionWith(await sql.Locked("payment_operation", "order_id", sagas.Where(order => !locked.Contains(order)).ToArray()));
        return locked;
    }

    public override async Task Save(Database database, Sql sql, IReadOnlyList<SagaRecord<OrderPayment>> sagas)
    {
        var now = database.Time.GetUtcNow();
        List<object> changed =
        [
            .. sagas.SelectMany(order => order.ChangedActs.Select(change => Row(order, change.Act, now)).Concat(Voids(order, now))),
        ];
        if (changed.Count > 0)
        {
            await sql.Execute(
                $"""
                INSERT INTO payment_operation (order_id, operation, epoch, status, idempotency_key,
                    customer_id, currency, amount_minor, reference, reason, started_at, settled_at)
                SELECT order_id, operation, epoch, status, idempotency_key, customer_id, currency, amount_minor, reference, reason, @now,
                    settled_at
                FROM {Operations.Table(database.Dialect)} WHERE true
                ON CONFLICT (order_id, operation, epoch) DO UPDATE SET
                    status = excluded.status, reference = excluded.reference, reason = excluded.reason, settled_at = excluded.settled_at
                """, JsonRows.Parameter(changed), ("now", now));
        }

        if (sagas.SelectMany(order => order.State.Postings).ToList() is { Count: > 0 } postings)
        {
            await sql.Execute(
                $"""
                INSERT INTO payment_posting (order_id, hold_epoch, from_account, to_account, operation, epoch, currency, amount_minor, at)
                SELECT order_id, hold_epoch, from_account, to_account, operation, epoch, currency, amount_minor, @now
                    FROM {Postings.Table(database.Dialect)}
                """, JsonRows.Parameter(postings), ("now", now));
        }
    }

    /// <summary>The row of a new tombstone, and the rows of voids whose holds are gone now.</summary>
    static IEnumerable<object> Voids(SagaRecord<OrderPayment> order, DateTimeOffset now)
    {
        var isPending = order.Acts.Any(act => act.Status == ActStatus.Undoing);
        if (order.Buried.Count > 0)
            yield return VoidRow(order.SagaId, order.UndoneThrough(nameof(AuthorizePayment)), isPending ? null : now);
        if (isPending || !order.ChangedActs.Any(change => change.Act.Status == ActStatus.Undone))
            yield break;
        foreach (var (epoch, _) in order.State.Voids.Where(@void => @void.IsPending))
            yield return VoidRow(order.SagaId, epoch, now);
    }

    static object VoidRow(Guid order, int epoch, DateTimeOffset? settled) =>
        Row(order, Void, epoch, settled is null ? Pending : Voided, new Request(Void, epoch, null, null), null, null, settled);

    static object Row(SagaRecord<OrderPayment> order, Act act, DateTimeOffset now) => Row(
        act.SagaId, NameOf(act.Operation), act.Epoch, StatusOf(act), order.State.Find(act),
        act.Status == ActStatus.Refused ? null : act.Said, act.Status == ActStatus.Refused ? act.Said : null,
        act.Status is ActStatus.Intended or ActStatus.Undoing ? null : now);

    static object Row(
        Guid order, string operation, int epoch, string status, Request? request, string? reference, string? reason,
        DateTimeOffset? settled) => new
        {
            OrderId = order,
            Operation = operation,
            Epoch = epoch,
            Status = status,
            IdempotencyKey = Payments.KeyOf(order, operation, epoch),
            request?.CustomerId,
            request?.Amount?.Currency,
            AmountMinor = request?.Amount?.MinorUnits(),
            Reference = reference,
            Reason = reason,
            // A text that both dialects can read.
            SettledAt = settled is { } at ? SqliteTime.Text(at) : null,
        };

    static (Guid, Action<SagaRecord<OrderPayment>>) Read(DbDataReader row)
    {
        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
        var (id, operation, epoch, status) = (row.GetGuid(0), row.GetString(1), row.GetInt32(2), row.GetString(3));
        if (operation == Void)
        {
            return (id, order =>
            {
                order.WasUndone(nameof(AuthorizePayment), epoch);
                order.WasStored(order.State with { Voids = order.State.Voids.Add((epoch, status == Pending)) });
            }
            );
        }

        var command = operation == Authorize ? nameof(AuthorizePayment) : nameof(CapturePayment);
        var act = new Act(id, command, epoch, StatusOf(status), Text(7) ?? Text(8));
        var request = new Request(
            command, epoch, Text(4), Text(5) is { } currency ? Money.FromMinorUnits(row.GetInt64(6), currency) : null);
        return (id, order =>
        {
            order.WasStored(act);
            order.WasStored(order.State.With(request) with { Hold = status == Authorized ? act : order.State.Hold });
        }
        );
    }

    static ActStatus StatusOf(string status) => status switch
    {
        Pending => ActStatus.Intended,
        Refused => ActStatus.Refused,
        Voiding => ActStatus.Undoing,
        Voided => ActStatus.Undone,
        _ => ActStatus.Done,
    };
}
