namespace Orchestrator.Testing;

/// <summary>
/// Random numbers that are the same on every machine and runtime, which <see cref="Random"/> does not promise. The algorithm is Sebastiano
/// Vigna's SplitMix64, https://prng.di.unimi.it/splitmix64.c (public domain).
/// </summary>
/// <remarks>It is a value type: a copy continues from the same position, and does not change the original.</remarks>
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

    /// <summary>A number from 0 up to, but not including, the limit.</summary>
    public int Below(int limit) => (int)(((UInt128)Next() * (ulong)limit) >> 64);

    /// <summary>Returns true with a probability of <paramref name="cases"/> in a thousand.</summary>
    public bool PerMille(int cases) => Below(1000) < cases;

    /// <summary>One of several choices.</summary>
    public T Of<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];
}
