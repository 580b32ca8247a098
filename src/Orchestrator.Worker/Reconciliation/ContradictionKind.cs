namespace Orchestrator.Worker.Reconciliation;

/// <summary>The kinds of contradiction.</summary>
public enum ContradictionKind
{
    /// <summary>A cancelled order was charged.</summary>
    CapturedThoughCancelled,

    /// <summary>Money is held for an order that has ended.</summary>
    HeldAfterTheEnd,

    /// <summary>A fulfilled order was not charged what it costs.</summary>
    FulfilledWithoutPayment,

    /// <summary>More was taken and given back than was ever held.</summary>
    RefundedTwice,

    /// <summary>The gateway and our ledger differ.</summary>
    GatewayDiffers,

    /// <summary>Stock is set aside for an order that has ended.</summary>
    ReservedAfterTheEnd,

    /// <summary>Stock left for a cancelled order, or did not for a fulfilled one.</summary>
    StockDiffers,

    /// <summary>A shipment left for an order that was not charged.</summary>
    ShippedWithoutPayment,

    /// <summary>A cancelled order has a shipment.</summary>
    ShipmentThoughCancelled,

    /// <summary>A fulfilled order has no shipment that left.</summary>
    FulfilledWithoutShipment,

    /// <summary>An order's event lies in the dead letters, and no saga has begun.</summary>
    OrderWithoutSaga,

    /// <summary>Somebody's books know an order that no saga knows.</summary>
    UnknownOrder,
}
