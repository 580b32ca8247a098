namespace Orchestrator.Local;

/// <summary>A folder that was named for results can't be used; the message is one sentence for the user.</summary>
public sealed class OutputFolderException(string message, Exception inner) : Exception(message, inner);
