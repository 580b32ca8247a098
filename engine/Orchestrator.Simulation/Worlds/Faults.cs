using Orchestrator.Testing;

namespace Orchestrator.Simulation.Worlds;

/// <summary>Decides where faults strike: the same places for the same seed.</summary>
/// <param name="seed">The run's seed.</param>
/// <param name="only">The faults that may strike, when a run is made smaller; all when absent.</param>
public sealed class Faults(ulong seed, IReadOnlySet<StruckFault>? only)
{
    readonly ulong _seed = new SplitMix64(seed).Next();
    readonly int[] _occasions = new int[Enum.GetValues<Fault>().Length];
    readonly List<StruckFault> _struck = [];

    /// <summary>Those that struck, in their order.</summary>
    internal IReadOnlyList<StruckFault> Struck => _struck;

    /// <summary>From then on nothing goes wrong any more.</summary>
    internal bool AreOver { get; set; }

    /// <summary>Whether the fault strikes on this occasion.</summary>
    /// <param name="fault">What may go wrong.</param>
    /// <param name="perMille">In how many of a thousand cases it does.</param>
    public bool Strikes(Fault fault, int perMille)
    {
        var occasion = new StruckFault(fault, _occasions[(int)fault]++);
        // Each occasion has dice of its own, so that a fault left out leaves the others where they were.
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
    /// Dice for the details of a fault's latest occasion; apart from all others, so that a fault more or less leaves the rest as it was.
    /// </summary>
    public Dice Dice(Fault fault) =>
        new(new SplitMix64(_seed ^ ((ulong)fault << 48) ^ ((ulong)_occasions[(int)fault] << 8) ^ 1).Next());
}

/// <summary>A fault that struck.</summary>
/// <param name="Fault">Which.</param>
/// <param name="Occasion">At the how-manieth of its occasions, from 0.</param>
public readonly record struct StruckFault(Fault Fault, int Occasion);
