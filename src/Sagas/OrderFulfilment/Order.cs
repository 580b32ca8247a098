using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;
using Orchestrator.Engine;

namespace Orchestrator.Sagas.OrderFulfilment;

/// <summary>The state that the saga keeps about an order.</summary>
/// <param name="OrderId">The id of the order and of its saga.</param>
/// <param name="OrderNumber">The number that people use.</param>
/// <param name="CustomerId">Who pays.</param>
/// <param name="Amount">What the order costs, rounded once to the currency's minor unit.</param>
/// <param name="Lines">Units by SKU.</param>
/// <param name="ShipTo">Where the goods go.</param>
public sealed record Order(
    Guid OrderId,
    string OrderNumber,
    string CustomerId,
    Money Amount,
    IReadOnlyList<StockLine> Lines,
    ShipTo ShipTo) : SagaData
{
    /// <summary>The gateway's reference of the hold, once there is one.</summary>
    public string? AuthorizationId { get; init; }

    /// <summary>The booking's reference, once there is one.</summary>
    public string? ShipmentId { get; init; }

    /// <summary>The carrier's number, once the goods are on their way.</summary>
    public string? TrackingNumber { get; init; }

    /// <summary>The order as it was submitted.</summary>
    public static Order From(OrderSubmitted order) => new(
        order.OrderId,
        order.OrderNumber,
        order.CustomerId,
        OrderRules.Amount(order.Lines, order.Currency),
        [.. order.Lines.Select(line => new StockLine(line.Sku, line.Quantity))],
        order.ShipTo);

    /// <summary>An order that was cancelled before it arrived. Only its id is known.</summary>
    public static Order NotYetKnown(Guid orderId) =>
        new(orderId, orderId.ToString(), "", new Money(0, NoCurrency), [], new ShipTo("", null));

    // The code of ISO 4217 for "no currency".
    const string NoCurrency = "XXX";
}
