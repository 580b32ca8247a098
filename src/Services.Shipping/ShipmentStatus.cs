namespace Orchestrator.Services.Shipping;

/// <summary>The status of a shipment, by name in <c>shipping_shipment.status</c>.</summary>
public enum ShipmentStatus
{
    /// <summary>Nothing is booked: the booking was cancelled, or the cancellation came first (a tombstone). Settled.</summary>
    Cancelled,

    /// <summary>The carrier has a place for the order. Unsettled: it ends as dispatched or cancelled.</summary>
    Booked,

    /// <summary>Nothing was booked; <c>shipping_refusal</c> says why. Settled.</summary>
    Refused,

    /// <summary>The carrier has the goods. Settled.</summary>
    Dispatched,
}
