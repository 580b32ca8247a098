namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>A fault that the run makes.</summary>
/// <param name="kind">The name of the fault, for people.</param>
/// <param name="weight">How often the fault is in a deck of all faults.</param>
abstract class Fault(string kind, int weight = 1)
{
    /// <summary>The name of the fault.</summary>
    public string Kind => kind;

    /// <summary>How often it comes while a fault of weight 1 comes once.</summary>
    public int Weight => weight;

    /// <summary>True when other faults may come while it lasts.</summary>
    public virtual bool IsOverlapped => false;

    /// <summary>Makes the fault. It returns when the fault blocks nothing any more.</summary>
    /// <param name="dice">Random numbers for the details. They are the same for the same place in the schedule of a seed.</param>
    /// <param name="stop">Interrupts the run.</param>
    public abstract Task<Effect> Strike(SplitMix64 dice, CancellationToken stop);
}
