namespace Orchestrator.Contracts;

/// <summary>An exception whose message quotes no message, no row and no name of a person: logs and traces may repeat it.</summary>
/// <param name="message">What is wrong, as a sentence.</param>
/// <param name="cause">What was observed.</param>
public abstract class TellableException(string message, Exception? cause = null) : Exception(message, cause);
