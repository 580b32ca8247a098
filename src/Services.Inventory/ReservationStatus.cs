namespace Orchestrator.Services.Inventory;

/// <summary>The status of a reservation, by name in <c>inventory_reservation.status</c>.</summary>
public enum ReservationStatus
{
    /// <summary>Nothing is reserved: the stock was released, or the release came first (a tombstone). Settled.</summary>
    Released,

    /// <summary>All lines are reserved. Unsettled: it ends as shipped or released.</summary>
    Reserved,

    /// <summary>Nothing was reserved; <c>inventory_refusal</c> says why. Settled.</summary>
    Refused,

    /// <summary>The reserved stock was shipped. Settled.</summary>
    Shipped,
}
