namespace Orchestrator.Contracts.Orders;

/// <summary>
/// An order came under the id of one that says something else, or under the number of another one. The one that was first goes on; nothing
/// is done about the second.
/// </summary>
/// <param name="OrderId">The second one's id.</param>
/// <param name="Reason">What happened, for people: with the id of the first.</param>
[PublicEvent]
public sealed record OrderConflicted(Guid OrderId, string Reason) : IOrderMessage;
