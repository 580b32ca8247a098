using Orchestrator.Testing;

namespace Orchestrator.Simulation.Worlds;

/// <summary>Decides where faults strike. The same seed gives the same places.</summary>
/// <param name="seed">The run's seed.</param>
/// <param name="only">The faults that may strike, when a run is shrunk; null for all.</param>
public sealed class Faults(ulong seed, IReadOnlySet<StruckFault>? only)
{
    readonly ulong _seed = new SplitMix64(seed).Next();
    readonly int[] _occasions = new int[Enum.GetValues<Fault>().Length];
    readonly List<StruckFault> _struck = [];

    /// <summary>The faults that struck, in their order.</summary>
    internal IReadOnlyList<StruckFault> Struck => _struck;

    /// <summary>Whether no fault strikes any more.</summary>
    internal bool AreOver { get; set; }

    /// <summary>Whether the fault strikes on this occasion.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="perMille">Its probability in a thousandth.</param>
    public bool Strikes(Fault fault, int perMille)
    {
        var occasion = new StruckFault(fault, _occasions[(int)fault]++);
        // Each occasion has its own dice, so that leaving out one fault does not move the others.
        var strikes = !AreOver
            && new SplitMix64(_seed ^ ((ulong)fault << 48) ^ ((ulong)occasion.Occasion << 8)).PerMille(perMille)
            && only?.Contains(occasion) != false;
        if (strikes)
            _struck.Add(occasion);
        return strikes;
    }

    /// <summary>Whether the fault strikes on this occasion, with dice for its details.</summary>
    public bool Strikes(Fault fault, int perMille, out Dice dice)
    {
        var strikes = Strikes(fault, perMille);
        dice = Dice(fault);
        return strikes;
    }

    /// <summary>
    /// Dice for the details of a fault's latest occasion. They are separate, so that one fault more or less does not change the others.
    /// </summary>
    public Dice Dice(Fault fault) =>
        new(new SplitMix64(_seed ^ ((ulong)fault << 48) ^ ((ulong)_occasions[(int)fault] << 8) ^ 1).Next());
}

/// <summary>A fault that struck.</summary>
/// <param name="Fault">The fault.</param>
/// <param name="Occasion">The number of its occasion, from 0.</param>
public readonly record struct StruckFault(Fault Fault, int Occasion);
