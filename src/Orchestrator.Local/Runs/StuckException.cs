namespace Orchestrator.Local.Runs;

/// <summary>A message could not be handled, so that some order will not end by itself; the message is one sentence for the user.</summary>
public sealed class StuckException(string fault) : Exception($"The run broke off: {fault}");
