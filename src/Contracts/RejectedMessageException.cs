namespace Orchestrator.Contracts;

/// <summary>A message can't be understood or accepted, however often it comes: it goes to the dead letters.</summary>
public sealed class RejectedMessageException(string reason) : Exception(reason);
