namespace Orchestrator.Worker.Operations;

/// <summary>An operator's command was not carried out; the message says why.</summary>
sealed class OperatorCommandException(string reason) : Exception(reason);
