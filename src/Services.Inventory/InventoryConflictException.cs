namespace Orchestrator.Services.Inventory;

/// <summary>
/// A message contradicts what is stored. Nothing was changed, and trying again does not help before somebody has looked.
/// </summary>
public sealed class InventoryConflictException(Guid orderId, string conflict) : Exception($"order {orderId}: {conflict}");
