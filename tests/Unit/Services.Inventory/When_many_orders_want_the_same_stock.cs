using Orchestrator.Contracts.Inventory;
using Orchestrator.Services.Inventory;

namespace Orchestrator.Tests.Unit.Services.Inventory;

public abstract class When_many_orders_want_the_same_stock(ITestDatabase store) : InventoryTests(store)
{
    const int Orders = 64;

    [Test]
    public async Task Exactly_what_is_there_is_set_aside()
    {
        var outcomes = await AtOnce(i => Reserve(Guid.CreateVersion7(), 1, Line("A", 1)));
        outcomes.OfType<StockReserved>().Count().ShouldBe(10);
        outcomes.OfType<StockRefused>().Count().ShouldBe(Orders - 10);
        (await Stock.Totals()).ShouldBe(new StockTotals(20, 10, 0));
    }

    [Test]
    public async Task Orders_whose_lines_stand_in_opposite_directions_do_not_block_each_other()
    {
        StockLine[] lines = [Line("A", 1), Line("B", 1), Line("C", 1)];
        var outcomes = await AtOnce(i => Reserve(Guid.CreateVersion7(), 1, i % 2 == 0 ? lines : [.. lines.Reverse()]));
        outcomes.OfType<StockReserved>().Count().ShouldBe(10);
        (await Stock.Totals()).ShouldBe(new StockTotals(0, 30, 0));
    }

    [Test]
    public async Task One_command_that_arrives_many_times_at_once_counts_once()
    {
        (await AtOnce(_ => Reserve(1, Line("A", 3), Line("B", 2)))).ShouldAllBe(outcome => outcome.Equals(new StockReserved(Order, 1)));
        (await Stock.Totals()).ShouldBe(new StockTotals(25, 5, 0));
    }

    [Test]
    public async Task A_release_that_races_its_reservation_leaves_nothing_set_aside()
    {
        await AtOnce(async i =>
        {
            var order = Guid.CreateVersion7();
            await Task.WhenAll(
                Task.Run(() => Reserve(order, 1, Line("A", 1), Line("B", 1))),
                Task.Run(() => Release(order, 1)),
                Task.Run(() => Reserve(order, 1, Line("A", 1), Line("B", 1))));
            return await Reserve(order, 1, Line("A", 1), Line("B", 1));
        });
        (await Stock.Totals()).ShouldBe(new StockTotals(Loaded, 0, 0));
    }

    [Test]
    public async Task Every_unit_is_in_one_place_however_the_orders_end()
    {
        // It is random which orders get the stock, so possibly none of them ships. This order ships in any case.
        var first = Guid.CreateVersion7();
        (await Reserve(first, 1, Line("A", 1))).ShouldBeOfType<StockReserved>();
        await Ship(first);

        await AtOnce(async i =>
        {
            var order = Guid.CreateVersion7();
            StockLine[] lines = [Line("ABC"[i % 3].ToString(), 1 + i % 2), Line("ABC"[(i + 1 + i % 2) % 3].ToString(), 1)];
            var outcomes = await Task.WhenAll(Task.Run(() => Reserve(order, 1, lines)), Task.Run(() => Reserve(order, 1, lines)));
            outcomes[0].ShouldBe(outcomes[1]);

            if (i % 4 == 0)
                await Task.WhenAll(Task.Run(() => Release(order, 1)), Task.Run(() => Release(order, 1)));
            else if (i % 4 == 1 && outcomes[0] is StockReserved)
                await Task.WhenAll(Task.Run(() => Ship(order)), Task.Run(() => Ship(order)));
            return outcomes[0];
        });

        var (onHand, reserved, shipped) = await Stock.Totals();
        (onHand + reserved + shipped).ShouldBe(Loaded);
        shipped.ShouldBeGreaterThan(0);
        (await UnitsOfOrders("Reserved")).ShouldBe(reserved);
        (await UnitsOfOrders("Shipped")).ShouldBe(shipped);
        (await UnitsOfOrders("Refused")).ShouldBe(0);
    }

    static async Task<T[]> AtOnce<T>(Func<int, Task<T>> act)
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var acts = Enumerable.Range(0, Orders).Select(async i =>
        {
            await go.Task;
            return await Task.Run(() => act(i));
        }).ToArray();
        go.SetResult();
        // Orders that deadlock are tried again for ever. Without a limit this test would not fail.
        return await Task.WhenAll(acts).WaitAsync(TimeSpan.FromMinutes(2));
    }

    Task<long> UnitsOfOrders(string status) =>
        Database.Read(sql => sql.First("""
            SELECT CAST(coalesce(sum(quantity), 0) AS bigint)
            FROM inventory_reservation_line JOIN inventory_reservation USING (order_id) WHERE status = @status
            """, row => row.GetInt64(0), ("status", status)));
}
