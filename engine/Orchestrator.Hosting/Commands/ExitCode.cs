namespace Orchestrator.Hosting.Commands;

/// <summary>The exit codes of every program and command.</summary>
public static class ExitCode
{
    /// <summary>All is done.</summary>
    public const int Done = 0;

    /// <summary>A server is away or refuses, somebody stopped the program, or anything else went wrong.</summary>
    public const int Trouble = 1;

    /// <summary>The arguments, the settings or an input file are wrong.</summary>
    public const int Usage = 2;

    /// <summary>The command ran, and the answer is no: something was refused, is left, was found, or waits for an operator.</summary>
    public const int NotAll = 3;

    /// <summary>The command listed what it would do, and did nothing: nobody said yes.</summary>
    public const int DryRun = 4;
}
