namespace Orchestrator.Services.Shipping;

/// <summary>The shipment of one order: a row of <c>shipping_shipment</c>.</summary>
/// <param name="Status">The status.</param>
/// <param name="ShipmentId">The reference of the last successful booking. The values below belong to it too.</param>
/// <param name="Country">The country that the goods go to.</param>
/// <param name="PostalCode">The postal code; null when the order has none.</param>
/// <param name="BookedAt">When it was booked.</param>
/// <param name="TrackingNumber">The carrier's number, once it has the goods.</param>
/// <param name="DispatchedAt">When the carrier received the goods.</param>
public sealed record Shipment(
    ShipmentStatus Status = ShipmentStatus.Cancelled, string? ShipmentId = null, string? Country = null, string? PostalCode = null,
    DateTimeOffset? BookedAt = null,
    string? TrackingNumber = null, DateTimeOffset? DispatchedAt = null)
{
    /// <summary>True when the carrier has a place for the order, or has the goods.</summary>
    public bool IsBooked => Status is ShipmentStatus.Booked or ShipmentStatus.Dispatched;
}
