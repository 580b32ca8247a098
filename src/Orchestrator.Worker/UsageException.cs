namespace Orchestrator.Worker;

/// <summary>A command asks for something that there is not; the message says what, as a sentence without its end.</summary>
sealed class UsageException(string reason) : Exception(reason);
