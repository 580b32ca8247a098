namespace Orchestrator.Local.Faults;

/// <summary>How a participant misbehaves.</summary>
public enum Fault
{
    /// <summary>It refuses an act that business may refuse, in every attempt and to every inquiry.</summary>
    Refuse,

    /// <summary>
    /// No answer comes. In half of the cases the command is lost before it has an effect, in the other half the answer is lost after it.
    /// </summary>
    Silence,

    /// <summary>The command arrives late, by up to twice its time limit.</summary>
    Delay,

    /// <summary>The command has its effect at once. The answer comes after one to two times its time limit.</summary>
    Late,

    /// <summary>The command is handled and answered twice.</summary>
    Duplicate,
}
