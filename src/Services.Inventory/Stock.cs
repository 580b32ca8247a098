using Orchestrator.Storage;

namespace Orchestrator.Services.Inventory;

/// <summary>The stock of all SKUs.</summary>
public sealed class Stock(Database database)
{
    static readonly JsonRows Rows = new(("sku", "text"), ("on_hand", "bigint"));

    /// <summary>Adds new SKUs, and does not change known ones. It uses one transaction.</summary>
    /// <param name="shelf">SKUs with the units on hand, not negative. If a SKU occurs twice, the first counts.</param>
    /// <param name="cancellationToken">Ends the waiting for a database that is away.</param>
    /// <returns>How many SKUs were new.</returns>
    public Task<int> Load(IEnumerable<(string Sku, long OnHand)> shelf, CancellationToken cancellationToken = default)
    {
        // In the order of the SKUs, so that two loads at the same time can't deadlock.
        var rows = JsonRows.Parameter(shelf.OrderBy(row => row.Sku, StringComparer.Ordinal).Select(row => new { row.Sku, row.OnHand }));
        return database.Write(
            sql => sql.Execute($"""
                INSERT INTO inventory_stock (sku, on_hand)
                SELECT sku, on_hand FROM {Rows.Table(database.Dialect)} WHERE true
                ON CONFLICT (sku) DO NOTHING
                """, rows),
            cancellationToken);
    }

    /// <summary>The units of all SKUs together.</summary>
    public async Task<StockTotals> Totals(CancellationToken cancellationToken = default) =>
        (await database.Read(
            sql => sql.First("""
                SELECT CAST(coalesce(sum(on_hand), 0) AS bigint),
                       CAST(coalesce(sum(reserved), 0) AS bigint),
                       CAST(coalesce(sum(shipped), 0) AS bigint)
                FROM inventory_stock
                """, row => new StockTotals(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2))),
            cancellationToken))!;
}
