namespace Orchestrator.Hosting.Commands;

/// <summary>A command asks for something that does not exist. The message says what, as a sentence without a full stop.</summary>
public sealed class UsageException(string reason) : Exception(reason);
