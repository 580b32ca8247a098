using Orchestrator.Tests.Chaos.Faults;

namespace Orchestrator.Tests.Integration.Chaos;

public class A_schedule_of_faults
{
    static readonly int[] Weights = [4, 1, 1, 2];

    [Test]
    public void Is_the_same_for_the_same_seed()
    {
        Some(7).ShouldBe(Some(7));
        Some(8).ShouldNotBe(Some(7));
    }

    [Test]
    public void Has_each_kind_as_often_as_its_weight_says_before_the_cards_are_shuffled_anew() =>
        Some(7).Chunk(Weights.Sum())
        .ShouldAllBe(deck => Weights.Index().All(kind => deck.Count(entry => entry.Kind == kind.Index) == kind.Item));

    static List<(int Kind, TimeSpan Pause, int Dice)> Some(ulong seed) =>
        [.. FaultSchedule.Of(seed, Weights).Take(10 * Weights.Sum()).Select(entry => (entry.Kind, entry.Pause, Below(entry)))];

    static int Below(FaultSchedule.Entry entry)
    {
        var dice = entry.Dice;
        return dice.Below(int.MaxValue);
    }
}
