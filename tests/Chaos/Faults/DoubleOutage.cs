using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>Broker and database are away at the same time. Either goes first, and either returns first.</summary>
sealed class DoubleOutage(PrivateRabbitMq rabbit, PrivatePostgres postgres) : Fault("broker and database away", weight: 2)
{
    const int LongestPause = 15_000;

    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var (brokerGoesFirst, brokerReturnsFirst) = (dice.Below(2) == 0, dice.Below(2) == 0);
        var (apart, both, between) = (Pause(ref dice), Pause(ref dice), Pause(ref dice));
        await Go(brokerGoesFirst);
        await Task.Delay(apart, stop);
        await Go(!brokerGoesFirst);
        await Task.Delay(both, stop);
        await Return(brokerReturnsFirst);
        await Task.Delay(between, stop);
        await Return(!brokerReturnsFirst);
        return new(FormattableString.Invariant(
            $"{Name(brokerGoesFirst)} went, {Name(!brokerGoesFirst)} {apart.TotalSeconds:0.0} s later; ")
            + FormattableString.Invariant($"{Name(brokerReturnsFirst)} returned {both.TotalSeconds:0.0} s later, ")
            + FormattableString.Invariant($"{Name(!brokerReturnsFirst)} {between.TotalSeconds:0.0} s after it"));

        Task Go(bool isBroker) => isBroker ? rabbit.Kill() : postgres.Stop();

        Task Return(bool isBroker) => isBroker ? rabbit.Start() : postgres.Start();
    }

    static string Name(bool isBroker) => isBroker ? "the broker" : "the database";

    static TimeSpan Pause(ref SplitMix64 dice) => TimeSpan.FromMilliseconds(dice.Below(LongestPause));
}
