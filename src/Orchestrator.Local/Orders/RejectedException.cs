namespace Orchestrator.Local.Orders;

/// <summary>
/// A field can't be read: cuts the reading of one line short, and never leaves the reader. The message is the reason.
/// </summary>
sealed class RejectedException(string reason) : Exception(reason);
