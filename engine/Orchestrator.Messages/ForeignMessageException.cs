namespace Orchestrator.Contracts;

/// <summary>
/// A message came through an exchange that does not carry its type, so its sender may not be allowed to send it. It is set aside, and never
/// sent back to its queue.
/// </summary>
/// <param name="reason">Which message and which way, as a sentence.</param>
public sealed class ForeignMessageException(string reason) : RejectedMessageException(reason);
