namespace Orchestrator.Testing;

/// <summary>Names on the wire or in the store differ from the frozen names. The message says what each difference means.</summary>
public sealed class WireNamesException(string message) : Exception(message);
