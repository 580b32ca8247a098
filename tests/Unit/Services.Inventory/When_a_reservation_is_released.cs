using Orchestrator.Contracts.Inventory;
using Orchestrator.Services.Inventory;

namespace Orchestrator.Tests.Unit.Services.Inventory;

public abstract class When_a_reservation_is_released(ITestDatabase store) : InventoryTests(store)
{
    StockRefused ReleasedBefore(int epoch) => new(Order, epoch, "released before it was reserved");

    [Test]
    public async Task Its_units_are_back_on_the_shelf()
    {
        await Reserve(1, Line("A", 3), Line("B", 4));
        (await Release(1)).ShouldBe(new StockReleased(Order, 1));
        (await Stock.Totals()).ShouldBe(new StockTotals(Loaded, 0, 0));
        (await Status()).ShouldBe("Released");
    }

    [Test]
    public async Task Twice_they_come_back_once()
    {
        await Reserve(1, Line("A", 3));
        await Release(1);
        (await Release(1)).ShouldBe(new StockReleased(Order, 1));
        (await Stock.Totals()).ShouldBe(new StockTotals(Loaded, 0, 0));
    }

    [Test]
    public async Task The_old_reservation_does_not_come_back_to_life()
    {
        await Reserve(1, Line("A", 3));
        await Release(1);
        (await Reserve(1, Line("A", 3))).ShouldBe(ReleasedBefore(1));
        (await Reserve(1, Line("A", 3))).ShouldBe(ReleasedBefore(1));
        (await Stock.Totals()).ShouldBe(new StockTotals(Loaded, 0, 0));
    }

    [Test]
    public async Task Before_it_arrived_it_is_refused_when_it_does()
    {
        (await Release(2)).ShouldBe(new StockReleased(Order, 2));
        (await Reserve(1, Line("A", 3))).ShouldBe(ReleasedBefore(1));
        (await Reserve(2, Line("A", 3))).ShouldBe(ReleasedBefore(2));
        (await Stock.Totals()).ShouldBe(new StockTotals(Loaded, 0, 0));
    }

    [Test]
    public async Task After_it_was_refused_the_refusal_keeps_its_words()
    {
        var refused = await Reserve(1, Line("A", 11));
        await Release(1);
        (await Reserve(1, Line("A", 11))).ShouldBe(refused);
    }

    [Test]
    public async Task A_higher_epoch_is_a_new_try()
    {
        await Reserve(1, Line("A", 3));
        await Release(1);
        (await Reserve(2, Line("A", 5))).ShouldBe(new StockReserved(Order, 2));
        (await Stock.Totals()).ShouldBe(new StockTotals(25, 5, 0));
    }

    [Test]
    public async Task Again_by_an_old_message_a_new_try_is_left_alone()
    {
        await Reserve(1, Line("A", 3));
        await Release(1);
        await Reserve(2, Line("A", 5));
        (await Release(1)).ShouldBe(new StockReleased(Order, 1));
        (await Stock.Totals()).ShouldBe(new StockTotals(25, 5, 0));
        (await Reserve(2, Line("A", 5))).ShouldBe(new StockReserved(Order, 2));
    }

    [Test]
    public async Task By_a_higher_epoch_it_is_released_too()
    {
        await Reserve(1, Line("A", 3));
        await Release(2);
        (await Stock.Totals()).ShouldBe(new StockTotals(Loaded, 0, 0));
        (await Reserve(2, Line("A", 3))).ShouldBe(ReleasedBefore(2));
    }

    [Test]
    public async Task A_tombstone_never_shrinks()
    {
        await Release(3);
        await Release(1);
        (await Reserve(3, Line("A", 3))).ShouldBe(ReleasedBefore(3));
    }
}
