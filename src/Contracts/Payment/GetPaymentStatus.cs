using Orchestrator.Contracts.Orders;

namespace Orchestrator.Contracts.Payment;

/// <summary>
/// An inquiry about an <see cref="AuthorizePayment"/> or a <see cref="CapturePayment"/>. The answer is its outcome, or
/// <see cref="PaymentUnknown"/>.
/// </summary>
[SentTo(PaymentQueues.Commands)]
public sealed record GetPaymentStatus(Guid OrderId, int Epoch, string Step, int Attempt) : IOrderStep, IStepInquiry;

/// <summary>The command never arrived, or has no outcome yet. It may be sent again.</summary>
public sealed record PaymentUnknown(Guid OrderId, int Epoch, string Step, int Attempt) : IOrderStep, IStepInquiry;
