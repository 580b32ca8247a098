namespace Orchestrator.Worker.Reconciliation;

/// <summary>The kinds of contradiction.</summary>
public enum ContradictionKind
{
    /// <summary>A cancelled order was charged.</summary>
    CapturedThoughCancelled,

    /// <summary>Money is held for an order that has ended.</summary>
    HeldAfterTheEnd,

    /// <summary>The captured amount of a fulfilled order is not its price.</summary>
    FulfilledWithoutPayment,

    /// <summary>More was captured and voided than was ever held.</summary>
    RefundedTwice,

    /// <summary>The gateway and our ledger differ.</summary>
    GatewayDiffers,

    /// <summary>Stock is reserved for an order that has ended.</summary>
    ReservedAfterTheEnd,

    /// <summary>Stock was shipped for a cancelled order, or was not shipped for a fulfilled one.</summary>
    StockDiffers,

    /// <summary>A shipment was dispatched for an order that was not charged.</summary>
    ShippedWithoutPayment,

    /// <summary>A cancelled order has a shipment.</summary>
    ShipmentThoughCancelled,

    /// <summary>The shipment of a fulfilled order was not dispatched.</summary>
    FulfilledWithoutShipment,

    /// <summary>The event of an order is a dead letter, and no saga has begun.</summary>
    OrderWithoutSaga,

    /// <summary>The books of a party know an order that no saga knows.</summary>
    UnknownOrder,
}
