using Orchestrator.Contracts.Orders;

namespace Orchestrator.Contracts.Shipping;

/// <summary>Book a place with the carrier.</summary>
[SentTo(ShippingQueues.Commands)]
public sealed record BookShipment(Guid OrderId, int Epoch, ShipTo ShipTo) : IOrderStep;

/// <summary>The carrier has a place for the order.</summary>
/// <param name="OrderId">The order's id.</param>
/// <param name="Epoch">The epoch of the command it answers.</param>
/// <param name="ShipmentId">The booking's reference.</param>
public sealed record ShipmentBooked(Guid OrderId, int Epoch, string ShipmentId) : IOrderStep;

/// <summary>Nothing is booked: the carrier does not deliver to the country, or the booking was cancelled before it arrived.</summary>
public sealed record ShipmentRefused(Guid OrderId, int Epoch, string Reason) : IOrderStep;
