namespace Orchestrator.Tests.Chaos.Checks;

/// <summary>The rules for orders, stock and money when all is quiet. They are cheap enough to be checked every second.</summary>
sealed class OrderChecks(
    Books books, IReadOnlyCollection<Guid> submitted, IReadOnlyCollection<Guid> poison, IReadOnlyCollection<Guid> spoilt,
    IReadOnlyCollection<Guid> forged,
    IReadOnlyDictionary<string, long> shelf)
{
    /// <summary>The violations.</summary>
    public async Task<IReadOnlyList<Violation>> Violations() =>
        [.. await Orders(), .. await DeadLetters(), .. await Stock(), .. await Money()];

    async Task<IEnumerable<Violation>> Orders()
    {
        var sagas = await books.Of("orchestrator").Read(sql => sql.Query(
            "SELECT id, order_number, state, coalesce(suspended_reason, '') <> '', completed_at IS NOT NULL FROM order_fulfilment",
            row => (Id: row.GetGuid(0), Number: row.GetString(1), State: row.GetString(2), HasReason: row.GetBoolean(3),
                HasEnded: row.GetBoolean(4))));
        var known = sagas.Select(saga => saga.Id).ToHashSet();
        return
        [
            .. submitted.Where(id => !known.Contains(id))
                .Select(id => new Violation($"order {id} was submitted, and no saga knows it", id)),
            .. sagas.Where(saga => saga.State == "Suspended" ? !saga.HasReason : !saga.HasEnded)
                .Select(saga => new Violation($"order {saga.Number} is {saga.State} without an end or a reason", saga.Id)),
        ];
    }

    async Task<IEnumerable<Violation>> DeadLetters()
    {
        var letters = await books.Of("orchestrator").Read(sql => sql.Query(
            """
            SELECT saga_id, source_queue, message_type, reason FROM dead_letter
            WHERE (saga_id IS NULL OR redriven_at IS NULL OR saga_id <> ALL(@spoilt)) AND coalesce(message_id <> ALL(@forged), TRUE)
            """,
            row => (Saga: row.IsDBNull(0) ? null : (Guid?)row.GetGuid(0), Queue: row.GetString(1),
                Type: row.IsDBNull(2) ? "a message" : row.GetString(2), Reason: row.GetString(3)),
            ("spoilt", spoilt.ToArray()), ("forged", forged.ToArray())));
        var found = letters.Select(letter => letter.Saga).OfType<Guid>().ToHashSet();
        return
        [
            .. letters.Where(letter => letter.Saga is not { } saga || !poison.Contains(saga))
                .Select(letter => new Violation($"{letter.Type} of {letter.Queue} was set aside: {letter.Reason}", letter.Saga)),
            .. poison.Where(id => !found.Contains(id))
            .Select(id => new Violation($"the order {id} that can't be accepted is not among the dead letters")),
        ];
    }

    async Task<IEnumerable<Violation>> Stock()
    {
        var stock = await books.Of("inventory").Read(sql => sql.Query(
            "SELECT sku, on_hand, reserved, shipped FROM inventory_stock", row =>
                (Sku: row.GetString(0), OnHand: row.GetInt64(1), Reserved: row.GetInt64(2), Shipped: row.GetInt64(3))));
        var unexplained = await books.Lines("inventory", """
            SELECT s.sku || ': ' || s.reserved || ' and ' || s.shipped FROM inventory_stock s
            LEFT JOIN (SELECT l.sku, sum(l.quantity) FILTER (WHERE r.status = 'Reserved') AS reserved,
                              sum(l.quantity) FILTER (WHERE r.status = 'Shipped') AS shipped
                       FROM inventory_reservation_line l JOIN inventory_reservation r USING (order_id) GROUP BY l.sku) o ON o.sku = s.sku
            WHERE s.reserved <> coalesce(o.reserved, 0) OR s.shipped <> coalesce(o.shipped, 0)
            """);
        return
        [
            .. stock.Where(row => row.OnHand < 0 || row.Reserved < 0 || row.OnHand + row.Reserved + row.Shipped != shelf[row.Sku])
                .Select(row =>
                    new Violation(
                        $"of {row.Sku} there were {shelf[row.Sku]} units; now {row.OnHand} are on hand, {row.Reserved} reserved and "
                        + $"{row.Shipped} shipped")),
            .. unexplained.Select(sku => new Violation($"the reserved and shipped units differ from those of the orders: {sku}")),
        ];
    }

    async Task<IEnumerable<Violation>> Money()
    {
        var sum = await books.Count("payment", "SELECT CAST(coalesce(sum(amount_minor), 0) AS bigint) FROM payment_entry");
        var twice = await books.Lines(
            "acquirer", "SELECT order_id::text FROM acquirer_hold WHERE status = 'captured' GROUP BY order_id HAVING count(*) > 1");
        return
        [
            .. sum == 0 ? [] : new[] { new Violation($"the ledger sums to {sum}") },
            .. twice.Select(order => new Violation($"order {order} was captured twice at the gateway", Guid.Parse(order))),
        ];
    }
}
