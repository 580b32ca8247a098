namespace Orchestrator.Contracts;

/// <summary>
/// The program tried to send a type that no contract knows, so no host could receive it. Nothing was sent. The program must be changed.
/// </summary>
/// <param name="problem">Which type and why, as a sentence.</param>
public sealed class UnknownContractException(string problem) : Exception(problem);
