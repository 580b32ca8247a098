namespace Orchestrator.Contracts.Orders;

/// <summary>The order came to nothing and everything it held has been given back: its saga is cancelled.</summary>
/// <param name="OrderId">The order's id.</param>
/// <param name="RefusedStep">The step whose refusal cancelled the order.</param>
/// <param name="Reason">What the participant said.</param>
[PublicEvent]
public sealed record OrderCancelled(Guid OrderId, string RefusedStep, string Reason) : IOrderMessage;
