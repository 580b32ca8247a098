namespace Orchestrator.Local.Servers;

/// <summary>A server or host that a run needs has not answered for too long. The message is a sentence that names it.</summary>
public sealed class SilenceException(string sentence) : Exception(sentence);
