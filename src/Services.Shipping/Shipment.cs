namespace Orchestrator.Services.Shipping;

/// <summary>How one order stands with the carrier: a row of <c>shipping_shipment</c>.</summary>
/// <param name="Status">The status.</param>
/// <param name="ShipmentId">Of the last booking that succeeded, as is what follows.</param>
/// <param name="Country">Where the goods go.</param>
/// <param name="PostalCode">Where the goods go, if the order says so.</param>
/// <param name="BookedAt">When it was booked.</param>
/// <param name="TrackingNumber">The carrier's number, once it has the goods.</param>
/// <param name="DispatchedAt">When the carrier got the goods.</param>
public sealed record Shipment(
    ShipmentStatus Status = ShipmentStatus.Cancelled, string? ShipmentId = null, string? Country = null, string? PostalCode = null,
    DateTimeOffset? BookedAt = null,
    string? TrackingNumber = null, DateTimeOffset? DispatchedAt = null)
{
    /// <summary>Whether the carrier has a place for the order, or the goods.</summary>
    public bool IsBooked => Status is ShipmentStatus.Booked or ShipmentStatus.Dispatched;
}
