namespace Orchestrator.Local.Orders;

/// <summary>
/// A field can't be read. It ends the reading of one line, and the reader always catches it. The message is the reason.
/// </summary>
sealed class RejectedException(string reason) : Exception(reason);
