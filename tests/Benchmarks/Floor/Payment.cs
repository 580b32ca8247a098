using System.Globalization;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Payment;

namespace Orchestrator.Tests.Benchmarks.Floor;

/// <summary>
/// Authorises and captures, in the tables of the product and of its acquirer: an intent, the books of the acquirer, the outcome. These are
/// three commits for a batch of both operations. Each must be done before the next.
/// </summary>
sealed class Payment(NpgsqlConnection ledger, NpgsqlConnection acquirer) : IPart
{
    const string IntendToAuthorize =
        """
        INSERT INTO payment_operation (order_id, operation, epoch, status, idempotency_key, customer_id, currency, amount_minor, started_at)
        SELECT order_id, 'authorize', 1, 'pending', key, customer, currency, amount, $6
        FROM unnest($1, $2, $3, $4, $5) AS t(order_id, key, customer, currency, amount) ORDER BY order_id
        ON CONFLICT DO NOTHING
        """;

    const string IntendToCapture =
        """
        WITH held AS (
            SELECT t.order_id, t.key, a.currency, a.amount_minor, a.reference, t.n
            FROM unnest($1, $2) WITH ORDINALITY AS t(order_id, key, n)
            JOIN payment_operation a ON a.order_id = t.order_id AND a.operation = 'authorize' AND a.epoch = 1
        ), intended AS (
            INSERT INTO payment_operation (order_id, operation, epoch, status, idempotency_key, currency, amount_minor, started_at)
            SELECT order_id, 'capture', 1, 'pending', key, currency, amount_minor, $3 FROM held ORDER BY order_id
            ON CONFLICT DO NOTHING
        )
        SELECT currency, amount_minor, reference FROM held ORDER BY n
        """;

    const string Hold =
        """
        INSERT INTO acquirer_hold (idempotency_key, order_id, customer_id, currency, amount_minor, status, reference, at)
        SELECT key, order_id, customer, currency, amount, 'held', reference, $7
        FROM unnest($1, $2, $3, $4, $5, $6) AS t(order_id, key, customer, currency, amount, reference) ORDER BY key
        ON CONFLICT DO NOTHING
        """;

    const string Take =
        """
        WITH t AS (
            SELECT * FROM unnest($1, $2, $3, $4, $5) AS t(key, hold, currency, amount, reference)
        ), taken AS (
            INSERT INTO acquirer_capture (idempotency_key, hold_reference, currency, amount_minor, status, reference, at)
            SELECT key, hold, currency, amount, 'captured', reference, $6 FROM t ORDER BY key
            ON CONFLICT DO NOTHING
            RETURNING hold_reference
        )
        UPDATE acquirer_hold h SET status = 'captured' FROM taken WHERE h.reference = taken.hold_reference
        """;

    const string RecordAuthorized =
        """
        WITH done AS (
            UPDATE payment_operation o SET status = 'authorized', reference = t.reference, settled_at = $3
            FROM unnest($1, $2) AS t(order_id, reference)
            WHERE o.order_id = t.order_id AND o.operation = 'authorize' AND o.epoch = 1 AND o.status = 'pending'
            RETURNING o.order_id, o.currency, o.amount_minor
        )
        INSERT INTO payment_posting (order_id, hold_epoch, from_account, to_account, operation, epoch, currency, amount_minor, at)
        SELECT order_id, 1, 'customer', 'hold', 'authorize', 1, currency, amount_minor, $3 FROM done
        """;

    const string RecordCaptured =
        """
        WITH done AS (
            UPDATE payment_operation o SET status = 'captured', reference = t.reference, settled_at = $3
            FROM unnest($1, $2) AS t(order_id, reference)
            WHERE o.order_id = t.order_id AND o.operation = 'capture' AND o.epoch = 1 AND o.status = 'pending'
            RETURNING o.order_id, o.currency, o.amount_minor
        )
        INSERT INTO payment_posting (order_id, hold_epoch, from_account, to_account, operation, epoch, currency, amount_minor, at)
        SELECT order_id, 1, 'hold', 'merchant', 'capture', 1, currency, amount_minor, $3 FROM done
        """;

    /// <summary>Opens it on the databases of the ledger and of the acquirer.</summary>
    public static async Task<Payment> Open(string postgres) =>
        new(await Commands.Open(postgres, "payment"),
            await Commands.Open(Environment.GetEnvironmentVariable("ConnectionStrings__Acquirer") ?? postgres, "acquirer"));

    /// <inheritdoc />
    public IReadOnlyList<(string Queue, ushort Prefetch)> Queues { get; } = [(PaymentQueues.Commands, 512)];

    /// <inheritdoc />
    public async Task<List<Outbound>> Handle(List<Inbound> batch)
    {
        var held = batch.Where(message => message.Type == nameof(AuthorizePayment)).Select(Authorization).ToList();
        var taken = batch.Where(message => message.Type == nameof(CapturePayment))
            .Select(message => new Act(message, Key(message.OrderId, "capture"), "CAPT")).ToList();
        var now = DateTime.UtcNow;
        await Intend(held, taken, now);
        await acquirer.Run(Those(
            held.Count == 0 ? null : new NpgsqlBatchCommand(Hold)
                .With(NpgsqlDbType.Uuid, held.Select(act => act.OrderId)).With(NpgsqlDbType.Uuid, held.Select(act => act.Key))
                .With(NpgsqlDbType.Text, held.Select(act => act.Customer))
                .With(NpgsqlDbType.Text, held.Select(act => act.Currency)).With(NpgsqlDbType.Bigint, held.Select(act => act.Minor))
                .With(NpgsqlDbType.Text, held.Select(act => act.Reference))
                .With(NpgsqlDbType.TimestampTz, (object)now),
            taken.Count == 0 ? null : new NpgsqlBatchCommand(Take)
                .With(NpgsqlDbType.Uuid, taken.Select(act => act.Key)).With(NpgsqlDbType.Text, taken.Select(act => act.HoldReference))
                .With(NpgsqlDbType.Text, taken.Select(act => act.Currency))
                .With(NpgsqlDbType.Bigint, taken.Select(act => act.Minor)).With(NpgsqlDbType.Text, taken.Select(act => act.Reference))
                .With(NpgsqlDbType.TimestampTz, (object)now)));
        await ledger.Run(
            Those(held.Count == 0 ? null : Record(RecordAuthorized, held, now),
                taken.Count == 0 ? null : Record(RecordCaptured, taken, now)));
        return
        [
            .. held.Select(act => Outbound.Answer(
                act.Message, nameof(PaymentAuthorized), "payment",
                JsonSerializer.SerializeToUtf8Bytes(new Authorized(act.OrderId, 1, act.Reference), Contents.Default.Authorized))),
            .. taken.Select(act => Outbound.Answer(
                act.Message, nameof(PaymentCaptured), "payment",
                JsonSerializer.SerializeToUtf8Bytes(new Captured(act.OrderId, 1, act.Amount), Contents.Default.Captured))),
        ];
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await ledger.DisposeAsync();
        await acquirer.DisposeAsync();
    }

    async Task Intend(List<Act> held, List<Act> taken, DateTime now)
    {
        await using var batch = ledger.CreateBatch();
        if (taken.Count > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(IntendToCapture)
                .With(NpgsqlDbType.Uuid, taken.Select(act => act.OrderId)).With(NpgsqlDbType.Uuid, taken.Select(act => act.Key))
                .With(NpgsqlDbType.TimestampTz, (object)now));
        }

        if (held.Count > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(IntendToAuthorize)
                .With(NpgsqlDbType.Uuid, held.Select(act => act.OrderId)).With(NpgsqlDbType.Uuid, held.Select(act => act.Key))
                .With(NpgsqlDbType.Text, held.Select(act => act.Customer))
                .With(NpgsqlDbType.Text, held.Select(act => act.Currency)).With(NpgsqlDbType.Bigint, held.Select(act => act.Minor))
                .With(NpgsqlDbType.TimestampTz, (object)now));
        }

        await using var reader = await batch.ExecuteReaderAsync();
        foreach (var act in taken)
        {
            await reader.ReadAsync();
            (act.Currency, act.Minor, act.HoldReference) = (reader.GetString(0), reader.GetInt64(1), reader.GetString(2));
        }
    }

    static NpgsqlBatchCommand Record(string sql, List<Act> acts, DateTime now) => new NpgsqlBatchCommand(sql)
        .With(NpgsqlDbType.Uuid, acts.Select(act => act.OrderId)).With(NpgsqlDbType.Text, acts.Select(act => act.Reference))
        .With(NpgsqlDbType.TimestampTz, (object)now);

    static IEnumerable<NpgsqlBatchCommand> Those(params IEnumerable<NpgsqlBatchCommand?> commands) => commands.OfType<NpgsqlBatchCommand>();

    static Act Authorization(Inbound message)
    {
        var command = message.Read(Contents.Default.Authorize);
        var amount = new Money(decimal.Parse(command.Amount.Amount, CultureInfo.InvariantCulture), command.Amount.Currency);
        return new Act(
            message, Key(message.OrderId, "authorize"), "AUTH")
        {
            Customer = command.CustomerId,
            Currency = amount.Currency,
            Minor = amount.MinorUnits()
        };
    }

    static Guid Key(Guid orderId, string operation) => DerivedId.From("payment", orderId.ToString(), operation, "1");

    sealed class Act(Inbound message, Guid key, string kind)
    {
        public Inbound Message => message;

        public Guid OrderId => message.OrderId;

        public Guid Key => key;

        public string Customer { get; init; } = "";

        public string Currency { get; set; } = "";

        public long Minor { get; set; }

        public string HoldReference { get; set; } = "";

        public string Reference { get; } = $"{kind}-{DerivedId.From(kind, key.ToString()):N}"[..21].ToUpperInvariant();

        public Price Amount
        {
            get
            {
                var money = Money.FromMinorUnits(Minor, Currency);
                return new Price(money.Amount.ToString(CultureInfo.InvariantCulture), money.Currency);
            }
        }
    }
}
