using Orchestrator.Contracts.Orders;

namespace Orchestrator.Contracts.Shipping;

/// <summary>Undo of <see cref="BookShipment"/>: give the place back. It does no harm when there is none.</summary>
[SentTo(ShippingQueues.Commands)]
public sealed record CancelShipment(Guid OrderId, int Epoch) : IOrderStep;

/// <summary>Nothing is booked. A booking of this epoch that comes later is refused.</summary>
public sealed record ShipmentCancelled(Guid OrderId, int Epoch) : IOrderStep;

/// <summary>The shipment can't be cancelled: the carrier has the goods.</summary>
public sealed record ShipmentCancellationRefused(Guid OrderId, int Epoch, string Reason) : IOrderStep, IUndoRefusal;
