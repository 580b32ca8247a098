using Orchestrator.Contracts.Orders;

namespace Orchestrator.Contracts.Inventory;

/// <summary>Set aside the units of every line, or of none.</summary>
[SentTo(InventoryQueues.Commands)]
public sealed record ReserveStock(Guid OrderId, int Epoch, IReadOnlyList<StockLine> Lines) : IOrderStep;

/// <summary>Units of one SKU. A SKU may stand in several lines.</summary>
public sealed record StockLine(string Sku, int Quantity);

/// <summary>All lines are set aside for the order.</summary>
public sealed record StockReserved(Guid OrderId, int Epoch) : IOrderStep;

/// <summary>Nothing was set aside: some SKU is unknown or short, or the reservation was released before it arrived.</summary>
public sealed record StockRefused(Guid OrderId, int Epoch, string Reason) : IOrderStep;
