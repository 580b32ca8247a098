namespace Orchestrator.Testing;

/// <summary>Names on the wire or in the store differ from those that are frozen. The message says what that means.</summary>
public sealed class WireNamesException(string message) : Exception(message);
