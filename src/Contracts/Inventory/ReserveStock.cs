using Orchestrator.Contracts.Orders;

namespace Orchestrator.Contracts.Inventory;

/// <summary>Reserve the units of all lines, or of none.</summary>
[SentTo(InventoryQueues.Commands)]
public sealed record ReserveStock(Guid OrderId, int Epoch, IReadOnlyList<StockLine> Lines) : IOrderStep;

/// <summary>Units of one SKU. Several lines may have the same SKU.</summary>
public sealed record StockLine(string Sku, int Quantity);

/// <summary>All lines are reserved for the order.</summary>
public sealed record StockReserved(Guid OrderId, int Epoch) : IOrderStep;

/// <summary>Nothing was reserved: a SKU is unknown or short, or the reservation was released before it arrived.</summary>
public sealed record StockRefused(Guid OrderId, int Epoch, string Reason) : IOrderStep;
