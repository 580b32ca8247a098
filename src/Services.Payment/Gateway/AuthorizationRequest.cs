using Orchestrator.Contracts;

namespace Orchestrator.Services.Payment.Gateway;

/// <summary>A request to hold an amount.</summary>
/// <param name="Key">The idempotency key.</param>
/// <param name="OrderId">Our reference, for the gateway's statement.</param>
/// <param name="CustomerId">Whose money.</param>
/// <param name="Amount">How much, rounded to the currency's minor unit.</param>
public sealed record AuthorizationRequest(Guid Key, Guid OrderId, string CustomerId, Money Amount);
