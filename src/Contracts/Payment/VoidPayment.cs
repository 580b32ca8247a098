using Orchestrator.Contracts.Orders;

namespace Orchestrator.Contracts.Payment;

/// <summary>Undo of <see cref="AuthorizePayment"/>: release the amount that is held. It does no harm when nothing is held.</summary>
[SentTo(PaymentQueues.Commands)]
public sealed record VoidPayment(Guid OrderId, int Epoch) : IOrderStep;

/// <summary>Nothing is held, also at the gateway. An authorisation of this epoch that comes later is refused.</summary>
public sealed record PaymentVoided(Guid OrderId, int Epoch) : IOrderStep;

/// <summary>The payment can't be voided: it was captured.</summary>
public sealed record PaymentVoidRefused(Guid OrderId, int Epoch, string Reason) : IOrderStep, IUndoRefusal;
