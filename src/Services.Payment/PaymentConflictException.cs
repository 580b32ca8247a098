namespace Orchestrator.Services.Payment;

/// <summary>
/// A command or an answer of the gateway contradicts the stored state. Nothing was changed. Trying again helps once an operation that is
/// under way has its outcome. Otherwise an operator must look into it.
/// </summary>
public sealed class PaymentConflictException(Guid orderId, string conflict) : Exception($"order {orderId}: {conflict}");
