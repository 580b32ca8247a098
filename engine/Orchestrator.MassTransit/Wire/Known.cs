using System.Collections.Concurrent;
using System.Text.Json;

namespace Orchestrator.MassTransit.Wire;

/// <summary>Texts that come with every message, made once: the types of messages, the names of headers.</summary>
static class Known
{
    // Whoever sends many different ones does not fill the memory with them.
    const int Most = 1_000, Longest = 256;

    static readonly ConcurrentDictionary<string, string> Texts = new(StringComparer.Ordinal);
    static readonly ConcurrentDictionary<string,
    string>.AlternateLookup<ReadOnlySpan<char>> BySpan = Texts.GetAlternateLookup<ReadOnlySpan<char>>();

    // The dictionary's own count takes all its locks.
    static int s_count;

    /// <summary>The text that a reader is at.</summary>
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
