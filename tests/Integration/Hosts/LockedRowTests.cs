using System.Diagnostics;
using Orchestrator.Tests.Integration.Embedded;
using Orchestrator.Tests.Integration.Servers;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>Rows that an operator's open transaction keeps locked.</summary>
public class A_row_that_stays_locked
{
    const long Units = 100_000;

    // Longer than all attempts of a message would take: each waits five seconds for the row, and there are three deliveries.
    static readonly TimeSpan Long = TimeSpan.FromSeconds(18);

    [Test]
    public async Task Holds_up_only_what_needs_it_and_costs_no_attempt()
    {
        await using var hosts = await RealHosts.On();
        await hosts.Start(RealHosts.Worker, RealHosts.Inventory, RealHosts.Payment, RealHosts.Shipping);
        await hosts.Stock(("NW-11", Units), ("HOT", Units));
        var (hot, begun, shipped, paid) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await using var stock = await Lock(hosts, "SELECT FROM inventory.inventory_stock WHERE sku = 'HOT' FOR UPDATE");
        await using var payment = await Lock(hosts, $"SELECT pg_advisory_xact_lock(hashtextextended('payment {paid}', 0))");
        // Another session has inserted the same rows and not committed. They can't be read, only waited for.
        await using var shipment = await Lock(
            hosts, $"INSERT INTO shipping.shipping_shipment (order_id, status, epoch, cancelled_epoch, updated_at) VALUES ('{shipped}', "
                + $"'Cancelled', 1, 0, now())");
        var saga = await Lock(hosts,
            $"""
             INSERT INTO orchestrator.saga (
                 kind, id, business_key, state, version, last_message_id, definition_version, data, created_at, updated_at)
             VALUES ('order-fulfilment', '{begun}', 'foreign', 'Running', 1, gen_random_uuid(), 1, '{"{}"}', now(), now())
             """);
        var since = Stopwatch.StartNew();
        await hosts.Submit(Line(hot, "HOT"), Line(begun), Line(shipped), Line(paid));
        await PassAtOnce(hosts, 0);

        // The outcomes come to a saga whose row is locked.
        await saga.DisposeAsync();
        await using (await Lock(hosts, $"SELECT FROM orchestrator.saga WHERE id = '{paid}' FOR UPDATE"))
        {
            await payment.DisposeAsync();
            await PassAtOnce(hosts, 20);
            await Eventually.Is(() => Task.FromResult(since.Elapsed > Long), "time stands still");
            (await Ended(hosts, hot, shipped, paid)).ShouldBe(0);
        }

        await shipment.DisposeAsync();
        await stock.DisposeAsync();
        await hosts.Settled(44);
        (await hosts.States()).ShouldBe(new Dictionary<string, long> { ["Completed"] = 44 });
        await hosts.Reconcile(2 * Units);
    }

    // The limit is long, since the machine may be busy. A message behind a lock would take until the lock is released.
    static async Task PassAtOnce(RealHosts hosts, int endedBefore)
    {
        await hosts.Submit([.. Enumerable.Range(0, 20).Select(_ => Line(Guid.CreateVersion7()))]);
        await Eventually.Is(
            async () => await hosts.Count("orchestrator", "SELECT count(*) FROM saga WHERE completed_at IS NOT NULL") >= endedBefore + 20,
            TimeSpan.FromSeconds(12), async () => $"others wait behind the locked rows: {string.Join("; ", await hosts.States())}");
    }

    static Task<ForeignLock> Lock(RealHosts hosts, string statement) => ForeignLock.By(hosts.Postgres, statement);

    static Task<long> Ended(RealHosts hosts, params Guid[] orders) => hosts.Count(
        "orchestrator",
        $"SELECT count(*) FROM saga WHERE completed_at IS NOT NULL AND id IN ({string.Join(", ", orders.Select(order => $"'{order}'"))})");

    static string Line(Guid order, string sku = "NW-11") => EmbeddedRun.Line(order).Replace("NW-11", sku, StringComparison.Ordinal);
}
