namespace Orchestrator.Services.Payment;

/// <summary>
/// A command, or what the gateway says, contradicts what is stored. Nothing was changed, and trying again does not
/// help before somebody has looked.
/// </summary>
public sealed class PaymentConflictException(Guid orderId, string conflict) : Exception($"order {orderId}: {conflict}");
