using Orchestrator.Contracts.Orders;

namespace Orchestrator.Contracts.Inventory;

/// <summary>Undo of <see cref="ReserveStock"/>: give back what is set aside; safe when nothing was.</summary>
[SentTo(InventoryQueues.Commands)]
public sealed record ReleaseStock(Guid OrderId, int Epoch) : IOrderStep;

/// <summary>Nothing is set aside for the order, and a reservation of this epoch that comes later is refused.</summary>
public sealed record StockReleased(Guid OrderId, int Epoch) : IOrderStep;

/// <summary>The stock can't be given back: it was shipped.</summary>
public sealed record StockReleaseRefused(Guid OrderId, int Epoch, string Reason) : IOrderStep, IUndoRefusal;
