namespace Orchestrator.Services.Shipping;

/// <summary>
/// A message contradicts the stored state. Nothing was changed. Trying again does not help: an operator must look into it.
/// </summary>
public sealed class ShippingConflictException(Guid orderId, string conflict) : Exception($"order {orderId}: {conflict}");
