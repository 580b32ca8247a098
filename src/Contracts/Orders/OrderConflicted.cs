namespace Orchestrator.Contracts.Orders;

/// <summary>A second order came under the id of this one and says something else. The first one goes on; nothing is done about the second.</summary>
/// <param name="OrderId">The id that both have.</param>
/// <param name="Reason">What happened, for people.</param>
public sealed record OrderConflicted(Guid OrderId, string Reason) : IOrderMessage;
