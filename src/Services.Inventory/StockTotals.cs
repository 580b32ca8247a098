namespace Orchestrator.Services.Inventory;

/// <summary>Units of all SKUs together; their sum is what was loaded.</summary>
/// <param name="OnHand">On the shelf and not set aside.</param>
/// <param name="Reserved">Set aside for orders under way.</param>
/// <param name="Shipped">Gone to customers.</param>
public sealed record StockTotals(long OnHand, long Reserved, long Shipped);
