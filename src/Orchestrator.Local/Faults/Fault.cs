namespace Orchestrator.Local.Faults;

/// <summary>How a participant misbehaves.</summary>
public enum Fault
{
    /// <summary>It refuses an act that business may refuse: every attempt at it, and every question about it.</summary>
    Refuse,

    /// <summary>
    /// No answer comes: half of the commands are lost before they have an effect, the other half of the answers after it.
    /// </summary>
    Silence,

    /// <summary>The command arrives late, by up to twice its time limit.</summary>
    Delay,

    /// <summary>The command has its effect at once, and the answer comes after its time limit, by up to as much again.</summary>
    Late,

    /// <summary>The command is handled and answered twice.</summary>
    Duplicate,
}
