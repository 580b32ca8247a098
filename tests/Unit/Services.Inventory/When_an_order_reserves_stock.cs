using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Services.Inventory;

namespace Orchestrator.Tests.Unit.Services.Inventory;

public abstract class When_an_order_reserves_stock(ITestDatabase store) : InventoryTests(store)
{
    [Test]
    public async Task Every_line_is_set_aside()
    {
        (await Reserve(1, Line("A", 3), Line("B", 10))).ShouldBe(new StockReserved(Order, 1));
        (await Stock.Totals()).ShouldBe(new StockTotals(17, 13, 0));
        (await Status()).ShouldBe("Reserved");
    }

    [Test]
    public async Task Lines_of_one_SKU_count_together()
    {
        (await Reserve(1, Line("A", 6), Line("B", 1), Line("A", 4))).ShouldBe(new StockReserved(Order, 1));
        (await Stock.Totals()).ShouldBe(new StockTotals(19, 11, 0));
    }

    [Test]
    public async Task SKUs_differ_by_case_and_blanks()
    {
        await Stock.Load([("a", 1), ("A ", 1)]);
        (await Reserve(1, Line("a", 2))).ShouldBe(new StockRefused(Order, 1, "a is short: 2 wanted, 1 available"));
    }

    [Test]
    public async Task More_lines_than_a_statement_has_parameters_are_no_trouble()
    {
        var skus = Enumerable.Range(0, 40_000).Select(i => $"S{i}").ToList();
        await Stock.Load(skus.Select(sku => (sku, 1L)));
        (await Reserve(1, [.. skus.Select(sku => Line(sku, 1))])).ShouldBe(new StockReserved(Order, 1));
        (await Stock.Totals()).ShouldBe(new StockTotals(Loaded, 40_000, 0));
    }

    [Test]
    public async Task A_command_that_can_not_be_meant_is_rejected_and_leaves_nothing()
    {
        foreach (var command in new ReserveStock[]
        {
            new(Guid.Empty, 1, [new("A", 1)]), new(Order, 0, [new("A", 1)]), new(Order, 1, null!), new(Order, 1, []),
            new(Order, 1, [null!]),
            new(Order, 1, [new("A", 1), new("B", -5)]), new(Order, 1, [new("A", 0)]), new(Order, 1, [new("A\0", 1)]),
            new(Order, 1, [new("\ud800", 1)]), new(Order, 1, [new(null!, 1)]),
        })
        {
            await Should.ThrowAsync<RejectedMessageException>(() => Answer(Reservations, command), command.ToString());
        }

        await Should.ThrowAsync<RejectedMessageException>(() => Answer(Reservations, new ReleaseStock(Order, -1)));
        (await Stock.Totals()).ShouldBe(new StockTotals(Loaded, 0, 0));
        (await Status()).ShouldBeNull();
    }

    [Test]
    public async Task The_same_command_again_sets_nothing_more_aside()
    {
        var first = await Reserve(1, Line("A", 3));
        (await Reserve(1, Line("A", 3))).ShouldBe(first);
        (await Stock.Totals()).ShouldBe(new StockTotals(27, 3, 0));
    }

    [Test]
    public async Task A_higher_epoch_finds_it_reserved_already_and_takes_it_over()
    {
        await Reserve(1, Line("A", 3));
        (await Reserve(2, Line("A", 3))).ShouldBe(new StockReserved(Order, 2));
        (await Reserve(1, Line("A", 3))).ShouldBe(new StockReserved(Order, 1));
        await Release(1);
        (await Stock.Totals()).ShouldBe(new StockTotals(27, 3, 0));
        await Release(2);
        (await Stock.Totals()).ShouldBe(new StockTotals(30, 0, 0));
    }
}
