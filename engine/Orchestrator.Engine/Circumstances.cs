using System.Collections.Frozen;

namespace Orchestrator.Engine;

/// <summary>What a decision needs beside the table, the saga and the message.</summary>
/// <param name="Now">When the transition happens, in UTC, by the clock of the store that will hold it.</param>
/// <param name="Held">The names of the steps that operators hold.</param>
public sealed record Circumstances(DateTimeOffset Now, IReadOnlySet<string> Held)
{
    /// <summary>
    /// The names of the commands and undos that the breaker holds because no participant answers them, each with the saga that may try it.
    /// </summary>
    public IReadOnlyDictionary<string, Probe?> Silent { get; init; } = FrozenDictionary<string, Probe?>.Empty;

    /// <summary>No step is held.</summary>
    public Circumstances(DateTimeOffset now) : this(now, FrozenSet<string>.Empty)
    {
    }

    /// <summary>
    /// The saga that has the business key with which the message would start another saga; absent when the key is free or need not be
    /// unique.
    /// </summary>
    public Guid? KeyHolder { get; init; }
}
