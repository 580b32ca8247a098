using Orchestrator.Contracts.Orders;

namespace Orchestrator.Contracts.Payment;

/// <summary>Take the amount that is held.</summary>
[SentTo(PaymentQueues.Commands)]
public sealed record CapturePayment(Guid OrderId, int Epoch) : IOrderStep;

/// <summary>The amount was captured: the money belongs to the shop.</summary>
/// <param name="OrderId">The order's id.</param>
/// <param name="Epoch">The epoch of the command it answers.</param>
/// <param name="Amount">What was captured: the whole hold.</param>
public sealed record PaymentCaptured(Guid OrderId, int Epoch, Money Amount) : IOrderStep;

/// <summary>Nothing was captured: the gateway declined, or nothing is held.</summary>
public sealed record CaptureRefused(Guid OrderId, int Epoch, string Reason) : IOrderStep;
