using System.Collections.Concurrent;
using System.Text.Json;

namespace Orchestrator.MassTransit.Wire;

/// <summary>Caches texts that come with every message: the types of messages and the names of headers.</summary>
static class Known
{
    // The limits keep a sender of many different texts from filling the memory.
    const int Most = 1_000, Longest = 256;

    static readonly ConcurrentDictionary<string, string> Texts = new(StringComparer.Ordinal);
    static readonly ConcurrentDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> BySpan =
        Texts.GetAlternateLookup<ReadOnlySpan<char>>();

    // A count of its own, because the dictionary's count takes all its locks.
    static int s_count;

    /// <summary>The text at the position of a reader.</summary>
    public static string Text(ref Utf8JsonReader json)
    {
        if (json.HasValueSequence || json.ValueSpan.Length > Longest)
            return json.GetString()!;
        Span<char> characters = stackalloc char[Longest];
        var read = characters[..json.CopyString(characters)];
        if (BySpan.TryGetValue(read, out var known))
            return known;
        var text = read.ToString();
        if (Volatile.Read(ref s_count) < Most && Texts.TryAdd(text, text))
            Interlocked.Increment(ref s_count);
        return text;
    }
}
