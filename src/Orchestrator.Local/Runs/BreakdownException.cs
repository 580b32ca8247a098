namespace Orchestrator.Local.Runs;

/// <summary>A message could not be handled, and it is unknown which order waits for it. The message is one sentence for the user.</summary>
public sealed class BreakdownException(string fault) : Exception($"The run broke off: {fault}");
