using Orchestrator.Contracts.Orders;

namespace Orchestrator.Contracts.Shipping;

/// <summary>Hand the booked shipment to the carrier. After the capture it can only succeed, sooner or later.</summary>
[SentTo(ShippingQueues.Commands)]
public sealed record DispatchShipment(Guid OrderId, int Epoch) : IOrderStep;

/// <summary>The carrier has the goods.</summary>
/// <param name="OrderId">The order's id.</param>
/// <param name="Epoch">The epoch of the command it answers.</param>
/// <param name="TrackingNumber">The carrier's number.</param>
public sealed record ShipmentDispatched(Guid OrderId, int Epoch, string TrackingNumber) : IOrderStep;
