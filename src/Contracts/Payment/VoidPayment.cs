using Orchestrator.Contracts.Orders;

namespace Orchestrator.Contracts.Payment;

/// <summary>Undo of <see cref="AuthorizePayment"/>: let go of the hold; safe when there is none.</summary>
[SentTo(PaymentQueues.Commands)]
public sealed record VoidPayment(Guid OrderId, int Epoch) : IOrderStep;

/// <summary>Nothing is held, at the gateway either, and an authorisation of this epoch that comes later is refused.</summary>
public sealed record PaymentVoided(Guid OrderId, int Epoch) : IOrderStep;

/// <summary>The payment can't be voided: it was captured.</summary>
public sealed record PaymentVoidRefused(Guid OrderId, int Epoch, string Reason) : IOrderStep, IUndoRefusal;
