namespace Orchestrator.Contracts.Orders;

/// <summary>The order failed or was cancelled, and everything that it held has been given back. Its saga is cancelled.</summary>
/// <param name="OrderId">The order's id.</param>
/// <param name="RefusedStep">The step whose refusal cancelled the order.</param>
/// <param name="Reason">What the participant said.</param>
[PublicEvent]
public sealed record OrderCancelled(Guid OrderId, string RefusedStep, string Reason) : IOrderMessage;
