using System.Collections.Immutable;

namespace Orchestrator.Services.Inventory;

/// <summary>The reservation of one order: a row of <c>inventory_reservation</c>.</summary>
/// <param name="Status">The status.</param>
public sealed record Reservation(ReservationStatus Status)
{
    /// <summary>The reservation of an unknown order.</summary>
    public static Reservation None { get; } = new(ReservationStatus.Released);

    /// <summary>The reserved units by SKU: the rows of <c>inventory_reservation_line</c>.</summary>
    public ImmutableSortedDictionary<string, long> Lines { get; init; } = ImmutableSortedDictionary.Create<string,
    long>(StringComparer.Ordinal);

    /// <summary>True when stock is reserved for the order or was shipped.</summary>
    public bool IsReserved => Status is ReservationStatus.Reserved or ReservationStatus.Shipped;
}
