using Orchestrator.Simulation.Worlds;
using Orchestrator.Tests.Generator;

namespace Orchestrator.Tests.Simulation.Orders;

/// <summary>The rules for orders, stock, money and shipments.</summary>
static class OrderChecks
{
    /// <summary>The violations, one sentence each.</summary>
    public static IEnumerable<string> Violations(MemoryDatabase store, MemoryDatabase books, long onHand)
    {
        var sum = One(store, "SELECT coalesce(sum(amount_minor), 0) FROM payment_entry");
        if (sum != 0)
            yield return $"the ledger sums to {sum}";
        foreach (var difference in PaymentBooks.Differences(store, books).GetAwaiter().GetResult())
            yield return difference;

        foreach (
            var stock in Text(
                store, "SELECT sku || ': ' || on_hand || ' on hand, ' || reserved || ' reserved, ' || shipped || ' shipped' FROM "
                    + "inventory_stock WHERE on_hand < 0 OR reserved < 0 OR on_hand + reserved + shipped <> @all", ("all", onHand)))
            yield return $"stock is not conserved: {stock}";
        foreach (var sku in Text(store, """
            SELECT s.sku FROM inventory_stock s WHERE s.reserved <> (
                SELECT coalesce(sum(l.quantity), 0) FROM inventory_reservation_line l
                JOIN inventory_reservation r ON r.order_id = l.order_id
                WHERE l.sku = s.sku AND r.status = 'Reserved')
            """))
            yield return $"the reserved units of {sku} differ from those of the orders";

        const string Orders = """
            FROM saga s
            LEFT JOIN inventory_reservation r ON r.order_id = s.id
            LEFT JOIN shipping_shipment h ON h.order_id = s.id
            LEFT JOIN payment_summary p ON p.order_id = s.id
            """;
        foreach (var order in Text(store, $"""
            SELECT s.business_key || ': stock ' || coalesce(r.status, 'none') || ', shipment ' || coalesce(h.status, 'none')
                || ', held ' || coalesce(p.held_minor, 0) || ', captured ' || coalesce(p.captured_minor, 0)
            {Orders}
            WHERE s.state = 'Cancelled' AND (r.status IN ('Reserved', 'Shipped') OR h.status IN ('Booked', 'Dispatched')
                OR coalesce(p.held_minor, 0) <> 0 OR coalesce(p.captured_minor, 0) <> 0)
            """))
            yield return $"a cancelled order keeps something: {order}";
        foreach (
            var order in Text(
                store, "SELECT s.business_key FROM saga s JOIN customers_screening c ON c.order_id = s.id WHERE s.state = 'Cancelled' AND "
                    + "c.is_kept"))
            yield return $"{order} is cancelled, and its customer's screening is kept";
        foreach (var order in Text(store, $"""
            SELECT s.business_key || ': stock ' || coalesce(r.status, 'none') || ', shipment ' || coalesce(h.status, 'none')
                || ', held ' || coalesce(p.held_minor, 0) || ', captured ' || coalesce(p.captured_minor, 0)
            {Orders}
            WHERE s.state = 'Completed' AND (coalesce(r.status, '') <> 'Shipped' OR coalesce(h.status, '') <> 'Dispatched'
                OR coalesce(p.held_minor, 0) <> 0
                OR coalesce(p.captured_minor, 0) <> round(json_extract(s.data, '$.amount.amount') * 100))
            """))
            yield return $"a completed order lacks something: {order}";
        foreach (
            var order in Text(store, $"SELECT s.business_key {Orders} WHERE h.status = 'Dispatched' AND coalesce(p.captured_minor, 0) = 0"))
            yield return $"{order} was dispatched without a captured payment";
        foreach (
            var order in Text(
                store, $"SELECT s.business_key {Orders} WHERE coalesce(p.captured_minor, 0) > round(json_extract(s.data, "
                    + $"'$.amount.amount') * 100)"))
            yield return $"{order} was charged more than it costs";
        foreach (
            var order in Text(books, "SELECT order_id FROM acquirer_hold WHERE status = 'captured' GROUP BY order_id HAVING count(*) > 1"))
            yield return $"{order} was captured twice at the gateway";
    }

    static long One(MemoryDatabase database, string query) => database.ReadNow(sql => sql.First(query, row => row.GetInt64(0)));

    static List<string> Text(MemoryDatabase database, string query, params (string, object?)[] parameters) =>
        database.ReadNow(sql => sql.Query(query, row => row.GetString(0), parameters));
}
