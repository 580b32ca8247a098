using System.Data.Common;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Services.Inventory;

namespace Orchestrator.Tests.Unit.Services.Inventory;

public abstract class When_stock_is_loaded(ITestDatabase store) : InventoryTests(store)
{
    [Test]
    public async Task A_SKU_that_is_known_does_not_change()
    {
        await Reserve(1, Line("A", 4));
        (await Stock.Load([("A", 99), ("D", 5), ("D", 7)])).ShouldBe(1);
        (await Stock.Totals()).ShouldBe(new StockTotals(31, 4, 0));
    }

    [Test]
    public async Task An_empty_batch_is_no_trouble() => (await Stock.Load([])).ShouldBe(0);

    [Test]
    public async Task A_SKU_may_be_any_text()
    {
        const string sku = "\"'{}\\ 日本 123";
        await Stock.Load([(sku, 1), ("42", 1)]);
        (await Reserve(1, Line(sku, 1), Line("42", 1))).ShouldBe(new StockReserved(Order, 1));
    }

    [Test]
    public async Task Fewer_than_none_is_trouble_and_loads_nothing()
    {
        await Should.ThrowAsync<DbException>(() => Stock.Load([("D", 5), ("E", -1)]));
        (await Stock.Totals()).OnHand.ShouldBe(Loaded);
    }

    [TestCase("on_hand")]
    [TestCase("reserved")]
    [TestCase("shipped")]
    public async Task The_table_itself_lets_nobody_take_what_is_not_there(string column) =>
        await Should.ThrowAsync<DbException>(() => Database.Write(
            sql => sql.Execute($"UPDATE inventory_stock SET {column} = {column} - 11 WHERE sku = 'A'")));

    [Test]
    public async Task The_tables_can_be_migrated_again()
    {
        await Database.MigrateInventory();
        (await Stock.Totals()).OnHand.ShouldBe(Loaded);
    }
}
