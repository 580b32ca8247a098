namespace Orchestrator.Services.Shipping;

/// <summary>
/// A message contradicts what is stored. Nothing was changed, and trying again does not help before somebody has looked.
/// </summary>
public sealed class ShippingConflictException(Guid orderId, string conflict) : Exception($"order {orderId}: {conflict}");
