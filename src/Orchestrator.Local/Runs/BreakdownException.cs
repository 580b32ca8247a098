namespace Orchestrator.Local.Runs;

/// <summary>A message could not be handled and nobody can say which order waits for it; the message is one sentence for the user.</summary>
public sealed class BreakdownException(string fault) : Exception($"The run broke off: {fault}");
