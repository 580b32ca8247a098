using System.Buffers.Binary;
using Orchestrator.Testing;

namespace Orchestrator.Simulation;

/// <summary>Random numbers of a simulated run. The same seed gives the same numbers on every machine.</summary>
/// <param name="seed">The same seed gives the same numbers.</param>
public sealed class Dice(ulong seed)
{
    SplitMix64 _numbers = new(seed);

    /// <summary>Dice of one saga. They always give the same numbers for the same saga.</summary>
    /// <param name="saga">The saga's id.</param>
    public static Dice For(Guid saga) => new(BinaryPrimitives.ReadUInt64LittleEndian(saga.ToByteArray()));

    /// <summary>The next number, of 64 bits.</summary>
    public ulong Next() => _numbers.Next();

    /// <summary>A number from 0 up to, but not including, the limit.</summary>
    public int Below(int limit) => _numbers.Below(limit);

    /// <summary>Returns true with a probability of <paramref name="cases"/> in a thousand.</summary>
    public bool PerMille(int cases) => _numbers.PerMille(cases);

    /// <summary>One of several choices.</summary>
    public T Of<T>(IReadOnlyList<T> choices) => _numbers.Of(choices);

    /// <summary>A time from zero up to, but not including, the longest, in whole milliseconds.</summary>
    public TimeSpan Within(TimeSpan longest) => TimeSpan.FromMilliseconds(Below((int)longest.TotalMilliseconds));
}
