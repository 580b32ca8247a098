namespace Orchestrator.Hosting;

/// <summary>A command asks for something that there is not; the message says what, as a sentence without its end.</summary>
public sealed class UsageException(string reason) : Exception(reason);
