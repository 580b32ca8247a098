using Orchestrator.Engine;
using Orchestrator.Simulation.Parties;
using Orchestrator.Simulation.Worlds;

namespace Orchestrator.Simulation.Scenarios;

/// <summary>
/// Replaces the workers by workers with other definitions, one after the other. Both definitions run for a while, or until the end.
/// </summary>
/// <param name="world">The world of the run.</param>
/// <param name="worker">The saga's host.</param>
/// <param name="replicas">The names of its replicas.</param>
sealed class Rollouts<TData>(World world, Worker<TData> worker, IReadOnlyList<string> replicas)
    where TData : SagaData
{
    /// <summary>The index of the next definition.</summary>
    const int Next = 1;

    /// <summary>Plans the rollouts.</summary>
    /// <param name="storm">How long faults strike.</param>
    public void Plan(TimeSpan storm) => world.Loop.After(world.Within(storm / 2), () =>
    {
        if (worker.Versions == 1 || !world.Faults.Strikes(Fault.Upgrade, 300))
            return;
        if (world.Faults.Strikes(Fault.Regroup, 400))
            Regroup(world.Faults.Dice(Fault.Regroup));
        else
            Upgrade(Next);
    });

    // Either all replicas get the last definition, or all get the next one and then one replica gets the last. Then each replica knows
    // something that the other does not.
    void Regroup(Dice dice)
    {
        var last = worker.Versions - 1;
        if (dice.Below(2) == 0)
        {
            Upgrade(last);
            return;
        }

        All(Next, TimeSpan.Zero, seconds: 60);
        Replace(replicas[0], last, TimeSpan.FromSeconds(60 + dice.Below(dice.Below(2) == 0 ? 120 : 3_600)));
    }

    void Upgrade(int place)
    {
        All(place, TimeSpan.Zero, seconds: 60);
        if (!world.Faults.Strikes(Fault.Rollback, 300))
            return;
        var dice = world.Faults.Dice(Fault.Rollback);
        // Each replica goes back before it goes forward again, so the new version runs at the end.
        const int Seconds = 30;
        var (at, howLong) = (
            TimeSpan.FromSeconds(60 + dice.Below(120)), TimeSpan.FromSeconds(Seconds + dice.Below(dice.Below(2) == 0 ? 300 : 7_200)));
        All(0, at, Seconds);
        All(place, at + howLong, Seconds);
    }

    void All(int place, TimeSpan after, int seconds)
    {
        foreach (var replica in replicas)
            Replace(replica, place, after + world.Within(TimeSpan.FromSeconds(seconds)));
    }

    void Replace(string replica, int place, TimeSpan after) => world.Loop.After(after, () =>
    {
        worker.Deploy(replica, place);
        world.Restart(replica);
    });
}
