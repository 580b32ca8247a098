namespace Orchestrator.Services.Inventory;

/// <summary>How an order stands with the stock, by name in <c>inventory_reservation.status</c>.</summary>
public enum ReservationStatus
{
    /// <summary>Nothing is set aside: it was given back, or released before it was reserved (a tombstone). Settled.</summary>
    Released,

    /// <summary>Every line is set aside. Unsettled: it ends as shipped or released.</summary>
    Reserved,

    /// <summary>Nothing was set aside; <c>inventory_refusal</c> says why. Settled.</summary>
    Refused,

    /// <summary>What was set aside has left the house. Settled.</summary>
    Shipped,
}
