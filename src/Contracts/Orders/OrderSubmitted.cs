namespace Orchestrator.Contracts.Orders;

/// <summary>A customer placed an order: starts its saga.</summary>
/// <param name="OrderId">The order's id; any UUID version.</param>
/// <param name="OrderNumber">The number that people use.</param>
/// <param name="CustomerId">Who pays.</param>
/// <param name="PlacedAt">When the customer placed it, in UTC. No time limit counts from it.</param>
/// <param name="Currency">ISO 4217 code of every price in the order.</param>
/// <param name="Lines">At least one.</param>
/// <param name="ShipTo">Where the goods go.</param>
public sealed record OrderSubmitted(
    Guid OrderId,
    string OrderNumber,
    string CustomerId,
    DateTimeOffset PlacedAt,
    string Currency,
    IReadOnlyList<OrderLine> Lines,
    ShipTo ShipTo) : IOrderMessage;
