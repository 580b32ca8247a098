namespace Orchestrator.Local;

/// <summary>How the process ends.</summary>
public static class ExitCode
{
    /// <summary>Every accepted order is terminal; lines may have been rejected.</summary>
    public const int Done = 0;

    /// <summary>Trouble that is none of the others.</summary>
    public const int Trouble = 1;

    /// <summary>The command line is wrong, or an input file can't be read.</summary>
    public const int Usage = 2;

    /// <summary>Some orders are suspended: they wait for an operator.</summary>
    public const int Suspended = 3;
}
