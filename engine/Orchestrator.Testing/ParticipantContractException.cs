namespace Orchestrator.Testing;

/// <summary>A participant breaks the protocol; the message says which rule, and what it answered.</summary>
public sealed class ParticipantContractException(string message) : Exception(message);
