namespace Orchestrator.Local.Orders;

/// <summary>An input file is not there or can't be read; the message is one sentence for the user.</summary>
public sealed class InputFileException(string message, Exception? inner = null) : Exception(message, inner);
