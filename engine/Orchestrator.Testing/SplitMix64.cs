namespace Orchestrator.Testing;

/// <summary>
/// Random numbers that are the same on every machine and runtime, which <see cref="Random"/> does not promise: Sebastiano
/// Vigna's SplitMix64, https://prng.di.unimi.it/splitmix64.c (public domain).
/// </summary>
/// <remarks>It is a value: a copy goes on from where it was copied, and leaves the original where it is.</remarks>
/// <param name="seed">The same seed gives the same numbers.</param>
public struct SplitMix64(ulong seed)
{
    ulong _state = seed;

    /// <summary>The next number, of 64 bits.</summary>
    public ulong Next()
    {
        var z = _state += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    /// <summary>From 0 up to, but not including, the limit.</summary>
    public int Below(int limit) => (int)(((UInt128)Next() * (ulong)limit) >> 64);

    /// <summary>True in so many of a thousand cases.</summary>
    public bool PerMille(int cases) => Below(1000) < cases;

    /// <summary>One of several.</summary>
    public T Of<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];
}
