using Orchestrator.Services.Inventory;
using Orchestrator.Services.Payment;
using Orchestrator.Services.Payment.Acquirer;
using Orchestrator.Services.Shipping;
using Orchestrator.Storage;
using Orchestrator.Tests.Integration.Hosts;
using Orchestrator.Worker;

namespace Orchestrator.Tests.Integration.Books;

/// <summary>Orders that ended long ago, as all books have them; made by the server itself.</summary>
static class ManyOrders
{
    /// <summary>The id of an order.</summary>
    public static Guid Id(int number) => new($"01900000-0000-7000-8000-{number:x12}");

    // Of a fulfilled and of a cancelled order.
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

    /// <summary>Fills all books: of ten orders nine are fulfilled, and the tenth is cancelled.</summary>
    /// <param name="hosts">Whose databases are filled.</param>
    /// <param name="count">How many orders; a million take a minute or two, and several times that with their journals.</param>
    /// <param name="journalled">Whether each has its journal too: seven rows, which only the timeline reads.</param>
    public static async Task Fill(RealHosts hosts, int count, bool journalled = false)
    {
        if (journalled)
        {
            await Run(hosts, WorkerRegistration.Party, $"""
                INSERT INTO journal (kind, saga_id, seq, message_id, message_type, event, from_state, to_state, outgoing, definition_version, at)
                SELECT 'order-fulfilment', o.id, t.seq, o.message_id, t.message_type,
                       json_build_object('messageId', o.message_id, 'messageType', t.message_type, 'correlationId', o.id, 'schemaVersion', 1, 'message', json_build_object('orderId', o.id, 'epoch', 1)),
                       t.from_state, t.to_state, '[]', 2, now() - interval '1 day' + t.seq * interval '1 second'
                FROM generate_series(1, {count}) n
                JOIN (VALUES {Transitions}) t(is_fulfilled, seq, message_type, from_state, to_state) ON t.is_fulfilled = (n % 10 <> 0)
                CROSS JOIN LATERAL (SELECT {IdOf} AS id, {MessageOf("t.seq")} AS message_id) o
                """);
        }

        await Run(hosts, WorkerRegistration.Party, $$"""
            INSERT INTO saga (kind, id, business_key, state, version, last_message_id, definition_version, data, created_at, updated_at, completed_at)
            SELECT 'order-fulfilment', {{IdOf}}, n::text, CASE WHEN n % 10 = 0 THEN 'Cancelled' ELSE 'Completed' END, 7, {{MessageOf("7")}}, 2,
                   jsonb_build_object('orderId', {{IdOf}}, 'orderNumber', n::text, 'customerId', 'VINET', 'amount', jsonb_build_object('amount', 168.00, 'currency', 'USD'), 'steps', '{}'::jsonb),
                   now() - interval '1 day', now() - interval '1 day', now() - interval '1 day'
            FROM generate_series(1, {{count}}) n
            """);
        await Run(hosts, InventoryRegistration.Party, $"""
            INSERT INTO inventory_reservation (order_id, status, epoch, released_epoch, updated_at)
            SELECT {IdOf}, CASE WHEN n % 10 = 0 THEN 'Released' ELSE 'Shipped' END, 1, CASE WHEN n % 10 = 0 THEN 1 ELSE 0 END, now()
            FROM generate_series(1, {count}) n
            """);
        await Run(hosts, InventoryRegistration.Party, $"""
            INSERT INTO inventory_reservation_line (order_id, sku, quantity) SELECT {IdOf}, 'NW-11', 12 FROM generate_series(1, {count}) n WHERE n % 10 <> 0
            """);
        foreach (var operation in new[] { "authorize", "void", "capture" })
        {
            var (status, which, from, to) = operation switch
            {
                "authorize" => ("authorized", "true", "customer", "hold"),
                "void" => ("voided", "n % 10 = 0", "hold", "customer"),
                _ => ("captured", "n % 10 <> 0", "hold", "merchant"),
            };
            await Run(hosts, PaymentRegistration.Party, $"""
                INSERT INTO payment_operation (order_id, operation, epoch, status, idempotency_key, customer_id, currency, amount_minor, started_at, settled_at)
                SELECT {IdOf}, '{operation}', 1, '{status}', {IdOf}, 'VINET', 'USD', 16800, now(), now() FROM generate_series(1, {count}) n WHERE {which}
                """);
            await Run(hosts, PaymentRegistration.Party, $"""
                INSERT INTO payment_posting (order_id, hold_epoch, from_account, to_account, operation, epoch, currency, amount_minor, at)
                SELECT {IdOf}, 1, '{from}', '{to}', '{operation}', 1, 'USD', 16800, now() FROM generate_series(1, {count}) n WHERE {which}
                """);
        }

        await Run(hosts, AcquirerRegistration.Party, $"""
            INSERT INTO acquirer_hold (idempotency_key, order_id, customer_id, currency, amount_minor, status, reference, at)
            SELECT {IdOf}, {IdOf}, 'VINET', 'USD', 16800, CASE WHEN n % 10 = 0 THEN 'voided' ELSE 'captured' END, n::text, now() FROM generate_series(1, {count}) n
            """);
        await Run(hosts, ShippingRegistration.Party, $"""
            INSERT INTO shipping_shipment (order_id, status, epoch, cancelled_epoch, shipment_id, tracking_number, updated_at)
            SELECT {IdOf}, CASE WHEN n % 10 = 0 THEN 'Cancelled' ELSE 'Dispatched' END, 1, CASE WHEN n % 10 = 0 THEN 1 ELSE 0 END, n::text, CASE WHEN n % 10 <> 0 THEN n::text END, now()
            FROM generate_series(1, {count}) n
            """);
        foreach (var party in new[] { WorkerRegistration.Party, InventoryRegistration.Party, PaymentRegistration.Party, AcquirerRegistration.Party, ShippingRegistration.Party })
            await Run(hosts, party, "ANALYZE");
    }

    /// <summary>Changes a party's books.</summary>
    public static Task Run(RealHosts hosts, string party, string statement) => hosts.Store(party).Write(sql => sql.Execute(statement));

    const string IdOf = "('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid";

    static string MessageOf(string seq) => $"('01900000-0000-7000-9' || lpad(to_hex({seq}), 3, '0') || '-' || lpad(to_hex(n), 12, '0'))::uuid";
}
