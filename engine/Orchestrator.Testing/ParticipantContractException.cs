namespace Orchestrator.Testing;

/// <summary>A participant breaks the protocol. The message names the case and the answer.</summary>
public sealed class ParticipantContractException(string message) : Exception(message);
