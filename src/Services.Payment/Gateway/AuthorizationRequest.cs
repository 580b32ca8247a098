using Orchestrator.Contracts;

namespace Orchestrator.Services.Payment.Gateway;

/// <summary>A request to hold an amount.</summary>
/// <param name="Key">The idempotency key.</param>
/// <param name="OrderId">The order, which the gateway shows in its statement.</param>
/// <param name="CustomerId">The customer who pays.</param>
/// <param name="Amount">How much, rounded to the currency's minor unit.</param>
public sealed record AuthorizationRequest(Guid Key, Guid OrderId, string CustomerId, Money Amount);
