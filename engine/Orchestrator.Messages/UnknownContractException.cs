namespace Orchestrator.Contracts;

/// <summary>
/// Something was to be sent that no contract knows, so that nobody could receive it. Nothing was sent; the program must be changed.
/// </summary>
/// <param name="problem">Which type and why, as a sentence.</param>
public sealed class UnknownContractException(string problem) : Exception(problem);
