namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>The order of the faults and the pauses between them. It depends only on the seed and the kinds.</summary>
static class FaultSchedule
{
    const int ShortestPause = 1_000, LongestPause = 5_000;

    /// <summary>One fault of a schedule.</summary>
    /// <param name="Kind">The place of the fault among the kinds.</param>
    /// <param name="Pause">The time before it, in which everything works.</param>
    /// <param name="Dice">Random numbers for its details.</param>
    public sealed record Entry(int Kind, TimeSpan Pause, SplitMix64 Dice);

    /// <summary>
    /// An endless sequence of faults. They come from a shuffled deck, so that each kind comes before any comes too often.
    /// </summary>
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
