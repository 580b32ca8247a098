using Orchestrator.Contracts.Inventory;
using Orchestrator.Services.Inventory;

namespace Orchestrator.Tests.Unit.Services.Inventory;

public abstract class When_an_order_is_fulfilled(ITestDatabase store) : InventoryTests(store)
{
    [Test]
    public async Task What_was_set_aside_is_shipped()
    {
        await Reserve(1, Line("A", 3), Line("B", 4));
        await Ship();
        (await Stock.Totals()).ShouldBe(new StockTotals(23, 0, 7));
        (await Status()).ShouldBe("Shipped");
    }

    [Test]
    public async Task Twice_it_is_shipped_once()
    {
        await Reserve(1, Line("A", 3));
        await Reserve(Guid.CreateVersion7(), 1, Line("A", 3));
        await Ship();
        await Ship();
        (await Stock.Totals()).ShouldBe(new StockTotals(24, 3, 3));
    }

    [Test]
    public async Task The_reservation_asked_again_gets_its_old_answer()
    {
        await Reserve(1, Line("A", 3));
        await Ship();
        (await Reserve(1, Line("A", 3))).ShouldBe(new StockReserved(Order, 1));
        (await Stock.Totals()).ShouldBe(new StockTotals(27, 0, 3));
    }

    [Test]
    public async Task Its_release_is_refused_each_time_in_the_same_words()
    {
        var refused = new StockReleaseRefused(Order, 1, "its stock has been shipped and can't be released");
        await Reserve(1, Line("A", 3));
        await Ship();
        (await Release(1)).ShouldBe(refused);
        (await Release(1)).ShouldBe(refused);
        (await Release(2)).ShouldBe(refused with { Epoch = 2 });
        (await Stock.Totals()).ShouldBe(new StockTotals(27, 0, 3));
        (await Reserve(1, Line("A", 3))).ShouldBe(new StockReserved(Order, 1));
    }

    [Test]
    public async Task An_undo_of_an_earlier_try_that_comes_again_is_answered_still()
    {
        await Release(1);
        await Reserve(2, Line("A", 3));
        await Ship();
        (await Release(1)).ShouldBe(new StockReleased(Order, 1));
        (await Stock.Totals()).ShouldBe(new StockTotals(27, 0, 3));
    }

    [Test]
    public async Task Without_a_reservation_it_is_trouble()
    {
        (await Should.ThrowAsync<InventoryConflictException>(Ship)).Message
            .ShouldBe($"order {Order}: it was fulfilled, but no stock is set aside for it");
        (await Status()).ShouldBeNull();
        await Reserve(1, Line("A", 11));
        await Should.ThrowAsync<InventoryConflictException>(Ship);
        await Release(1);
        await Should.ThrowAsync<InventoryConflictException>(Ship);
    }
}
