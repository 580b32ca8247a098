namespace Orchestrator.Services.Inventory;

/// <summary>The units of all SKUs together. Their sum is the number of units that were loaded.</summary>
/// <param name="OnHand">On the shelf and not reserved.</param>
/// <param name="Reserved">Reserved for orders that have not ended.</param>
/// <param name="Shipped">Gone to customers.</param>
public sealed record StockTotals(long OnHand, long Reserved, long Shipped);
