namespace Orchestrator.Contracts;

/// <summary>A message came by a way on which its type must not come: whoever sent it may not send it. It is set aside, and never sent back to its queue.</summary>
/// <param name="reason">Which message and which way, as a sentence.</param>
public sealed class ForeignMessageException(string reason) : RejectedMessageException(reason);
