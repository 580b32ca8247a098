namespace Orchestrator.Contracts.Orders;

/// <summary>
/// Cancel the order. The answer is <see cref="OrderCancelled"/> once everything has been given back, or
/// <see cref="OrderCancellationRefused"/> when it is too late. An order that has not arrived yet is cancelled in advance.
/// </summary>
/// <param name="OrderId">The order's id.</param>
/// <param name="RequestedBy">Who wants to cancel: the customer, or a person of the shop.</param>
/// <param name="Reason">Why, for people.</param>
[SentTo(OrderQueues.Commands)]
public sealed record CancelOrder(Guid OrderId, string RequestedBy, string Reason) : IOrderMessage, ICancellation;

/// <summary>The order goes on: it is too late to cancel it.</summary>
/// <param name="OrderId">The order's id.</param>
/// <param name="Reason">Why it is too late.</param>
[PublicEvent]
public sealed record OrderCancellationRefused(Guid OrderId, string Reason) : IOrderMessage;
