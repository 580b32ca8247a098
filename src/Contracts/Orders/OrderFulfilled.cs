namespace Orchestrator.Contracts.Orders;

/// <summary>The order was paid and handed to the carrier: its saga is completed.</summary>
public sealed record OrderFulfilled(Guid OrderId) : IOrderMessage;
