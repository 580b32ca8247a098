using System.Buffers.Binary;
using Orchestrator.Testing;

namespace Orchestrator.Simulation;

/// <summary>Random numbers of a simulated run: the same for the same seed, on every machine.</summary>
/// <param name="seed">The same seed gives the same numbers.</param>
public sealed class Dice(ulong seed)
{
    SplitMix64 _numbers = new(seed);

    /// <summary>Dice that belong to an instance: whenever they are asked for, they give the same numbers.</summary>
    /// <param name="saga">The saga's id.</param>
    public static Dice For(Guid saga) => new(BinaryPrimitives.ReadUInt64LittleEndian(saga.ToByteArray()));

    /// <summary>The next number, of 64 bits.</summary>
    public ulong Next() => _numbers.Next();

    /// <summary>From 0 up to, but not including, the limit.</summary>
    public int Below(int limit) => _numbers.Below(limit);

    /// <summary>True in so many of a thousand cases.</summary>
    public bool PerMille(int cases) => _numbers.PerMille(cases);

    /// <summary>One of several.</summary>
    public T Of<T>(IReadOnlyList<T> choices) => _numbers.Of(choices);

    /// <summary>From nothing up to, but not including, the longest, in milliseconds.</summary>
    public TimeSpan Within(TimeSpan longest) => TimeSpan.FromMilliseconds(Below((int)longest.TotalMilliseconds));
}
