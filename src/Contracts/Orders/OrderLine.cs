namespace Orchestrator.Contracts.Orders;

/// <summary>One line of an order.</summary>
/// <param name="Sku">The stock-keeping unit.</param>
/// <param name="Quantity">Units ordered, more than zero.</param>
/// <param name="UnitPrice">Exact price of one unit in the order's currency, not negative; any number of decimals.</param>
public sealed record OrderLine(string Sku, int Quantity, decimal UnitPrice);
