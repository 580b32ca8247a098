using Orchestrator.Hosting.Commands;

namespace Orchestrator.Hosting.Operations;

/// <summary>An operator's command was not carried out; the message says why.</summary>
sealed class OperatorCommandException(string reason, int exitCode = ExitCode.NotAll) : Exception(reason)
{
    /// <summary>What the program ends with.</summary>
    public int ExitCode => exitCode;
}
