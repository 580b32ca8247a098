using Orchestrator.Contracts;

namespace Orchestrator.Hosting.Embedded;

/// <summary>The data folder can't be used. The message is one sentence for the user.</summary>
public sealed class DataFolderException(string message, Exception? inner = null) : TellableException(message, inner);
