using Orchestrator.Contracts.Orders;

namespace Orchestrator.Contracts.Payment;

/// <summary>Hold the amount on the customer's account.</summary>
[SentTo(PaymentQueues.Commands)]
public sealed record AuthorizePayment(Guid OrderId, int Epoch, string CustomerId, Money Amount) : IOrderStep;

/// <summary>The amount is held.</summary>
/// <param name="OrderId">The order's id.</param>
/// <param name="Epoch">The epoch of the command it answers.</param>
/// <param name="AuthorizationId">The gateway's reference of the hold.</param>
public sealed record PaymentAuthorized(Guid OrderId, int Epoch, string AuthorizationId) : IOrderStep;

/// <summary>Nothing is held: the gateway declined, or the authorisation was voided before it arrived.</summary>
public sealed record PaymentRefused(Guid OrderId, int Epoch, string Reason) : IOrderStep;
