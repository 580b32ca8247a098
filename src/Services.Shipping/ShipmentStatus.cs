namespace Orchestrator.Services.Shipping;

/// <summary>How an order stands with the carrier, by name in <c>shipping_shipment.status</c>.</summary>
public enum ShipmentStatus
{
    /// <summary>Nothing is booked: it was given back, or cancelled before it was booked (a tombstone). Settled.</summary>
    Cancelled,

    /// <summary>The carrier has a place for the order. Unsettled: it ends as dispatched or cancelled.</summary>
    Booked,

    /// <summary>Nothing was booked; <c>shipping_refusal</c> says why. Settled.</summary>
    Refused,

    /// <summary>The carrier has the goods. Settled.</summary>
    Dispatched,
}
