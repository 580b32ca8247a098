namespace Orchestrator.Hosting.Commands;

/// <summary>The exit codes of every program and command.</summary>
public static class ExitCode
{
    /// <summary>Everything is done.</summary>
    public const int Done = 0;

    /// <summary>A server can't be reached or refuses, the program was stopped, or another error happened.</summary>
    public const int Trouble = 1;

    /// <summary>The arguments, the settings or an input file are wrong.</summary>
    public const int Usage = 2;

    /// <summary>
    /// The command ran, and not everything is well: something was refused, was left undone, was found, or waits for an operator.
    /// </summary>
    public const int NotAll = 3;

    /// <summary>The command listed what it would do, and did nothing, because <c>--yes</c> was not given.</summary>
    public const int DryRun = 4;
}
