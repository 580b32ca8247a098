using Orchestrator.Hosting.Commands;

namespace Orchestrator.Hosting.Operations;

/// <summary>An operator's command was not carried out. The message says why.</summary>
sealed class OperatorCommandException(string reason, int exitCode = ExitCode.NotAll) : Exception(reason)
{
    /// <summary>The exit code of the program.</summary>
    public int ExitCode => exitCode;
}
