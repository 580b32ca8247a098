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

    /// <summary>Fills all books: of ten orders nine are fulfilled, and the tenth is cancelled.</summary>
    public static async Task Fill(RealHosts hosts, int count)
    {
        await Run(hosts, WorkerRegistration.Party, $$"""
            INSERT INTO saga (kind, id, business_key, state, version, last_message_id, definition_version, data, created_at, updated_at, completed_at)
            SELECT 'order-fulfilment', {{IdOf}}, n::text, CASE WHEN n % 10 = 0 THEN 'Cancelled' ELSE 'Completed' END, 7, {{IdOf}}, 2,
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
}
