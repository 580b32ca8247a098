namespace Orchestrator.Contracts;

/// <summary>A message can't be understood or accepted, however often it comes: it goes to the dead letters.</summary>
/// <param name="reason">Why, as a sentence.</param>
/// <param name="cause">What was observed.</param>
public class RejectedMessageException(string reason, Exception? cause = null) : Exception(reason, cause);
