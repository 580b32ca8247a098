namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>Which faults come in which order, with which pauses: a function of the seed and of the kinds alone.</summary>
static class FaultSchedule
{
    const int ShortestPause = 1_000, LongestPause = 5_000;

    /// <summary>One fault of a schedule.</summary>
    /// <param name="Kind">Its place among the kinds.</param>
    /// <param name="Pause">How long everything works before it comes.</param>
    /// <param name="Dice">Decide its details.</param>
    public sealed record Entry(int Kind, TimeSpan Pause, SplitMix64 Dice);

    /// <summary>Faults without end. They are dealt from a shuffled deck, so that each kind comes before any comes too often.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="weights">How often each kind is in the deck.</param>
    public static IEnumerable<Entry> Of(ulong seed, IReadOnlyList<int> weights)
    {
        var dice = new SplitMix64(seed);
        while (true)
        {
            var deck = weights.SelectMany((weight, kind) => Enumerable.Repeat(kind, weight)).ToArray();
            for (var left = deck.Length; left > 0; left--)
            {
                var drawn = dice.Below(left);
                (deck[drawn], deck[left - 1]) = (deck[left - 1], deck[drawn]);
                yield return new Entry(
                    deck[left - 1], TimeSpan.FromMilliseconds(ShortestPause + dice.Below(LongestPause - ShortestPause)),
                    new SplitMix64(dice.Next()));
            }
        }
    }
}
