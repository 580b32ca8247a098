using System.Collections.Immutable;

namespace Orchestrator.Services.Inventory;

/// <summary>How one order stands with the stock: a row of <c>inventory_reservation</c>.</summary>
/// <param name="Status">The status.</param>
public sealed record Reservation(ReservationStatus Status)
{
    /// <summary>Of an order that is not known.</summary>
    public static Reservation None { get; } = new(ReservationStatus.Released);

    /// <summary>Units by SKU, of an order that is reserved: the rows of <c>inventory_reservation_line</c>.</summary>
    public ImmutableSortedDictionary<string, long> Lines { get; init; } = ImmutableSortedDictionary.Create<string,
    long>(StringComparer.Ordinal);

    /// <summary>Whether stock is, or was, set aside for the order for good.</summary>
    public bool IsReserved => Status is ReservationStatus.Reserved or ReservationStatus.Shipped;
}
