namespace Orchestrator.Services.Payment;

/// <summary>
/// A command, or what the gateway says, contradicts what is stored. Nothing was changed. Trying again helps once an
/// operation that is under way has its outcome; otherwise somebody has to look.
/// </summary>
public sealed class PaymentConflictException(Guid orderId, string conflict) : Exception($"order {orderId}: {conflict}");
