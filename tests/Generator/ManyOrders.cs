using Orchestrator.Storage;

namespace Orchestrator.Tests.Generator;

/// <summary>Orders in the books of all parties, made by the database server itself. Some ended long ago, and some are under way.</summary>
public static class ManyOrders
{
    const string Sagas = "orchestrator", Inventory = "inventory", Payment = "payment", Acquirer = "acquirer", Shipping = "shipping";

    const string Deadline = "now() + interval '1 day'";

    // A statement that makes more rows would take longer than its limit.
    const int AtOnce = 50_000;

    /// <summary>The id of an order.</summary>
    public static Guid Id(int number) => new($"01900000-0000-7000-8000-{number:x12}");

    // The transitions of a fulfilled and of a cancelled order.
    const string Transitions = """
        (true, 1, 'OrderSubmitted', NULL, 'Running: ReserveStock, AuthorizePayment'),
        (true, 2, 'StockReserved', 'Running: ReserveStock, AuthorizePayment', 'Running: AuthorizePayment'),
        (true, 3, 'PaymentAuthorized', 'Running: AuthorizePayment', 'Running: BookShipment'),
        (true, 4, 'ShipmentBooked', 'Running: BookShipment', 'Running: CapturePayment'),
        (true, 5, 'PaymentCaptured', 'Running: CapturePayment', 'Running: DispatchShipment'),
        (true, 6, 'ShipmentDispatched', 'Running: DispatchShipment', 'Completed'),
        (true, 7, 'CancelOrder', 'Completed', 'Completed'),
        (false, 1, 'OrderSubmitted', NULL, 'Running: ReserveStock, AuthorizePayment'),
        (false, 2, 'StockReserved', 'Running: ReserveStock, AuthorizePayment', 'Running: AuthorizePayment'),
        (false, 3, 'PaymentAuthorized', 'Running: AuthorizePayment', 'Running: BookShipment'),
        (false, 4, 'CancelOrder', 'Running: BookShipment', 'Compensating: BookShipment'),
        (false, 5, 'ShipmentCancelled', 'Compensating: BookShipment', 'Compensating: ReserveStock, AuthorizePayment'),
        (false, 6, 'StockReleased', 'Compensating: ReserveStock, AuthorizePayment', 'Compensating: AuthorizePayment'),
        (false, 7, 'PaymentVoided', 'Compensating: AuthorizePayment', 'Cancelled')
        """;

    /// <summary>Fills all books. Nine of ten orders are fulfilled, and the tenth is cancelled.</summary>
    /// <param name="store">The database of a party, by name.</param>
    /// <param name="count">The number of orders. A million takes one or two minutes, and several times that with journals.</param>
    /// <param name="journalled">True to make the journals too: seven rows for each order, which only the timeline reads.</param>
    public static async Task Fill(Func<string, Database> store, int count, bool journalled = false)
    {
        if (journalled)
            await Journal(store, count);
        await Run(store, Sagas, $$"""
            INSERT INTO saga (kind, id, business_key, state, version, last_message_id, definition_version, data, created_at, updated_at,
                              completed_at)
            SELECT 'order-fulfilment', {{IdOf}}, n::text, CASE WHEN n % 10 = 0 THEN 'Cancelled' ELSE 'Completed' END, 7,
                   {{MessageOf("7")}}, 2,
                   jsonb_build_object('orderId', {{IdOf}}, 'orderNumber', n::text, 'customerId', 'VINET',
                                      'amount', jsonb_build_object('amount', 168.00, 'currency', 'USD'), 'steps', '{}'::jsonb),
                   now() - interval '1 day', now() - interval '1 day', now() - interval '1 day'
            FROM generate_series(1, {{count}}) n
            """);
        await Run(store, Inventory, $"""
            INSERT INTO inventory_reservation (order_id, status, epoch, released_epoch, updated_at)
            SELECT {IdOf}, CASE WHEN n % 10 = 0 THEN 'Released' ELSE 'Shipped' END, 1, CASE WHEN n % 10 = 0 THEN 1 ELSE 0 END, now()
            FROM generate_series(1, {count}) n
            """);
        await Run(store, Inventory, $"""
            INSERT INTO inventory_reservation_line (order_id, sku, quantity)
            SELECT {IdOf}, 'NW-11', 12 FROM generate_series(1, {count}) n WHERE n % 10 <> 0
            """);
        await PaymentBook(store, count);
        await Run(store, Acquirer, $"""
            INSERT INTO acquirer_hold (idempotency_key, order_id, customer_id, currency, amount_minor, status, reference, at)
            SELECT {IdOf}, {IdOf}, 'VINET', 'USD', 16800, CASE WHEN n % 10 = 0 THEN 'voided' ELSE 'captured' END, n::text, now()
            FROM generate_series(1, {count}) n
            """);
        await Run(store, Shipping, $"""
            INSERT INTO shipping_shipment (order_id, status, epoch, cancelled_epoch, shipment_id, tracking_number, updated_at)
            SELECT {IdOf}, CASE WHEN n % 10 = 0 THEN 'Cancelled' ELSE 'Dispatched' END, 1, CASE WHEN n % 10 = 0 THEN 1 ELSE 0 END,
                   n::text, CASE WHEN n % 10 <> 0 THEN n::text END, now()
            FROM generate_series(1, {count}) n
            """);
        foreach (var party in new[] { Sagas, Inventory, Payment, Acquirer, Shipping })
            await Run(store, party, "ANALYZE");
    }

    static Task Journal(Func<string, Database> store, int count) =>
        Run(store, Sagas, $"""
            INSERT INTO journal (
                kind, saga_id, seq, message_id, message_type, event, from_state, to_state, outgoing, definition_version, at)
            SELECT 'order-fulfilment', o.id, t.seq, o.message_id, t.message_type,
                   json_build_object('messageId', o.message_id, 'messageType', t.message_type, 'correlationId', o.id,
                                     'schemaVersion', 1, 'message', json_build_object('orderId', o.id, 'epoch', 1)),
                   t.from_state, t.to_state, '[]', 2, now() - interval '1 day' + t.seq * interval '1 second'
            FROM generate_series(1, {count}) n
            JOIN (VALUES {Transitions}) t(is_fulfilled, seq, message_type, from_state, to_state) ON t.is_fulfilled = (n % 10 <> 0)
            CROSS JOIN LATERAL (SELECT {IdOf} AS id, {MessageOf("t.seq")} AS message_id) o
            """);

    static async Task PaymentBook(Func<string, Database> store, int count)
    {
        foreach (var operation in new[] { "authorize", "void", "capture" })
        {
            var (status, which, from, to) = operation switch
            {
                "authorize" => ("authorized", "true", "customer", "hold"),
                "void" => ("voided", "n % 10 = 0", "hold", "customer"),
                _ => ("captured", "n % 10 <> 0", "hold", "merchant"),
            };
            await Run(store, Payment, $"""
                INSERT INTO payment_operation (
                    order_id, operation, epoch, status, idempotency_key, customer_id, currency, amount_minor, started_at, settled_at)
                SELECT {IdOf}, '{operation}', 1, '{status}', {IdOf}, 'VINET', 'USD', 16800, now(), now()
                FROM generate_series(1, {count}) n WHERE {which}
                """);
            await Run(store, Payment, $"""
                INSERT INTO payment_posting (order_id, hold_epoch, from_account, to_account, operation, epoch, currency, amount_minor, at)
                SELECT {IdOf}, 1, '{from}', '{to}', '{operation}', 1, 'USD', 16800, now() FROM generate_series(1, {count}) n WHERE {which}
                """);
        }
    }

    /// <summary>
    /// Fills the books of the sagas with orders that wait for the booking of their shipments, with journals.
    /// </summary>
    /// <param name="store">The database of a party, by name.</param>
    /// <param name="count">The number of sagas.</param>
    /// <param name="rowsEach">The number of journal rows of each saga, at least 3. After the first outcomes they are deadlines that have
    /// passed.</param>
    /// <param name="first">The number of the first saga. The numbers of <see cref="Fill"/> begin with 1.</param>
    public static async Task FillOpen(Func<string, Database> store, int count, int rowsEach, int first = 1)
    {
        for (var from = first; from < first + count; from += AtOnce)
        {
            var to = Math.Min(from + AtOnce, first + count) - 1;
            await Run(store, Sagas, $$"""
                INSERT INTO saga (kind, id, business_key, state, step, version, last_message_id, definition_version, data, deadline,
                                  created_at, updated_at)
                SELECT 'order-fulfilment', {{IdOf}}, n::text, 'Running', 'BookShipment', {{rowsEach}}, {{MessageOf($"{rowsEach}")}}, 2,
                       jsonb_build_object('orderId', {{IdOf}}, 'orderNumber', n::text, 'customerId', 'VINET',
                           'amount', jsonb_build_object('amount', '168.00', 'currency', 'USD'),
                           'lines', '[{"sku":"NW-11","quantity":12}]'::jsonb, 'shipTo', '{"country":"France","postalCode":"51100"}'::jsonb,
                           'authorizationId', 'AUTH-' || n, 'shipmentId', null, 'trackingNumber', null,
                           'startedAt', now() - interval '1 hour', 'limit', now() + interval '23 hours',
                           'heldSince', null, 'refused', null, 'suspended', null, 'isAnnounced', false,
                           'steps', jsonb_build_object(
                               'ReserveStock', {{Step("Done")}}, 'AuthorizePayment', {{Step("Done")}},
                               'BookShipment', {{Step("Sent", "Answer", Deadline)}})),
                       {{Deadline}}, now() - interval '1 hour', now()
                FROM generate_series({{from}}, {{to}}) n
                """);
            await Run(store, Sagas, $"""
                INSERT INTO journal (
                    kind, saga_id, seq, message_id, message_type, event, from_state, to_state, outgoing, definition_version, at)
                SELECT 'order-fulfilment', o.id, t.seq, o.message_id, t.message_type,
                       json_build_object('messageId', o.message_id, 'messageType', t.message_type, 'correlationId', o.id,
                                         'schemaVersion', 1, 'message', json_build_object('orderId', o.id, 'epoch', 1)),
                       t.from_state, t.to_state, '[]', 2, now() - interval '1 hour' + t.seq * interval '1 second'
                FROM generate_series({from}, {to}) n
                CROSS JOIN LATERAL (
                    SELECT seq, message_type, from_state, to_state
                    FROM (VALUES {Transitions}) v(is_fulfilled, seq, message_type, from_state, to_state) WHERE is_fulfilled AND seq <= 3
                    UNION ALL SELECT g, 'DeadlineReached', 'Running: BookShipment', 'Running: BookShipment'
                    FROM generate_series(4, {rowsEach}) g) t
                CROSS JOIN LATERAL (SELECT {IdOf} AS id, {MessageOf("t.seq")} AS message_id) o
                """);
        }

        await Run(store, Sagas, "ANALYZE");
    }

    /// <summary>Changes the books of a party.</summary>
    public static Task Run(Func<string, Database> store, string party, string statement) =>
        store(party).Write(sql => sql.Execute(statement));

    static string Step(string status, string waiting = "Nothing", string due = "null") =>
        $"jsonb_build_object('status', '{status}', 'attempts', 1, 'epoch', 1, 'at', now(), 'outcome', null, 'waiting', '{waiting}', "
        + $"'due', {due}, 'forgiven', 0, 'problem', null)";

    const string IdOf = "('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid";

    static string MessageOf(string seq) =>
        $"('01900000-0000-7000-9' || lpad(to_hex({seq}), 3, '0') || '-' || lpad(to_hex(n), 12, '0'))::uuid";
}
