namespace Orchestrator.Local.Orders;

/// <summary>How many units of a SKU there are before the first order.</summary>
/// <param name="Sku">The stock-keeping unit.</param>
/// <param name="OnHand">Units, zero or more.</param>
public sealed record StockLevel(string Sku, int OnHand);
