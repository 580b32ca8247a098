using Orchestrator.Contracts.Inventory;
using Orchestrator.Services.Inventory;

namespace Orchestrator.Tests.Unit.Services.Inventory;

public abstract class When_stock_is_short(ITestDatabase store) : InventoryTests(store)
{
    [Test]
    public async Task Nothing_is_set_aside()
    {
        (await Reserve(1, Line("A", 3), Line("B", 11))).ShouldBeOfType<StockRefused>();
        (await Stock.Totals()).ShouldBe(new StockTotals(Loaded, 0, 0));
        (await Status()).ShouldBe("Refused");
    }

    [Test]
    public async Task The_reason_names_the_first_SKU_whatever_the_order_of_the_lines()
    {
        var refused = new StockRefused(Order, 1, "B is short: 11 wanted, 10 available");
        (await Reserve(1, Line("C", 11), Line("B", 11), Line("A", 1))).ShouldBe(refused);
    }

    [Test]
    public async Task A_SKU_that_is_unknown_has_none() =>
        (await Reserve(1, Line("A", 1), Line("Z", 2))).ShouldBe(new StockRefused(Order, 1, "Z is unknown: 2 wanted, 0 available"));

    [Test]
    public async Task A_sum_past_32_bits_is_still_a_sum() =>
        (await Reserve(1, Line("A", int.MaxValue), Line("A", int.MaxValue)))
            .ShouldBe(new StockRefused(Order, 1, "A is short: 4294967294 wanted, 10 available"));

    [Test]
    public async Task The_same_command_again_is_refused_with_the_same_words_even_if_there_is_enough_now()
    {
        var other = Guid.CreateVersion7();
        await Reserve(other, 1, Line("A", 10));
        var refused = await Reserve(1, Line("A", 1));
        await Release(other, 1);

        (await Reserve(1, Line("A", 1))).ShouldBe(refused);
        (await Stock.Totals()).ShouldBe(new StockTotals(Loaded, 0, 0));
    }

    [Test]
    public async Task A_higher_epoch_is_a_new_try_and_the_old_refusal_keeps_its_words()
    {
        var other = Guid.CreateVersion7();
        await Reserve(other, 1, Line("A", 10));
        var refused = await Reserve(1, Line("A", 1));
        await Release(other, 1);

        (await Reserve(2, Line("A", 1))).ShouldBe(new StockReserved(Order, 2));
        (await Reserve(1, Line("A", 1))).ShouldBe(refused);
        (await Stock.Totals()).ShouldBe(new StockTotals(29, 1, 0));
    }

    [Test]
    public async Task A_lower_epoch_that_comes_later_is_refused_and_stays_so()
    {
        await Reserve(2, Line("A", 11));
        var refused = await Reserve(1, Line("A", 1));
        refused.ShouldBe(new StockRefused(Order, 1, "overtaken by a later try"));
        await Release(2);
        (await Reserve(1, Line("A", 1))).ShouldBe(refused);
    }
}
