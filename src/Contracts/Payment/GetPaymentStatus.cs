using Orchestrator.Contracts.Orders;

namespace Orchestrator.Contracts.Payment;

/// <summary>
/// What became of an <see cref="AuthorizePayment"/> or a <see cref="CapturePayment"/>? Answered by its outcome, or by
/// <see cref="PaymentUnknown"/>.
/// </summary>
[SentTo(PaymentQueues.Commands)]
public sealed record GetPaymentStatus(Guid OrderId, int Epoch, string Step, int Attempt) : IOrderStep, IStepInquiry;

/// <summary>The command never arrived, or its outcome is not settled: it may be sent again.</summary>
public sealed record PaymentUnknown(Guid OrderId, int Epoch, string Step, int Attempt) : IOrderStep, IStepInquiry;
