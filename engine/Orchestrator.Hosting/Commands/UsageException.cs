namespace Orchestrator.Hosting.Commands;

/// <summary>A command asks for something that does not exist; the message says what, as a sentence without its full stop.</summary>
public sealed class UsageException(string reason) : Exception(reason);
