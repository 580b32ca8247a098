namespace Orchestrator.Local.Servers;

/// <summary>Somebody whom a run needs has not answered for too long; the message is a sentence that says who.</summary>
public sealed class SilenceException(string sentence) : Exception(sentence);
