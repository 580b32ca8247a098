namespace Orchestrator.Contracts.Orders;

/// <summary>
/// An order came with the id of an earlier order and other content, or with the number of another order. The earlier order goes on.
/// Nothing is done about the second.
/// </summary>
/// <param name="OrderId">The id of the second order.</param>
/// <param name="Reason">What happened, for people. It names the id of the first order.</param>
[PublicEvent]
public sealed record OrderConflicted(Guid OrderId, string Reason) : IOrderMessage;
