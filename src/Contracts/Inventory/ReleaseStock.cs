using Orchestrator.Contracts.Orders;

namespace Orchestrator.Contracts.Inventory;

/// <summary>Undo of <see cref="ReserveStock"/>: give back the stock that is reserved. It does no harm when nothing is.</summary>
[SentTo(InventoryQueues.Commands)]
public sealed record ReleaseStock(Guid OrderId, int Epoch) : IOrderStep;

/// <summary>Nothing is reserved for the order. A reservation of this epoch that comes later is refused.</summary>
public sealed record StockReleased(Guid OrderId, int Epoch) : IOrderStep;

/// <summary>The stock can't be released: it was shipped.</summary>
public sealed record StockReleaseRefused(Guid OrderId, int Epoch, string Reason) : IOrderStep, IUndoRefusal;
