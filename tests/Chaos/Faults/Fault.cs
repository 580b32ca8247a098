namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>Something that goes wrong.</summary>
/// <param name="kind">What, for people.</param>
/// <param name="weight">How often in a deck of all faults.</param>
abstract class Fault(string kind, int weight = 1)
{
    /// <summary>What goes wrong.</summary>
    public string Kind => kind;

    /// <summary>How often it comes while every other comes once.</summary>
    public int Weight => weight;

    /// <summary>Whether others may come while it lasts.</summary>
    public virtual bool IsOverlapped => false;

    /// <summary>Brings it about; returns when nothing is kept from working any more.</summary>
    /// <param name="dice">Decide its details: the same for the same place in the schedule of a seed.</param>
    /// <param name="stop">The run is broken off.</param>
    public abstract Task<Effect> Strike(SplitMix64 dice, CancellationToken stop);
}
