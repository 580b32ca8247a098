using Orchestrator.Tests.Chaos.Site;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>
/// The primary dies, and its standby is promoted. A new standby is made before the next failover, while everything works.
/// </summary>
sealed class FailOver(DatabasePair databases) : Fault("database failed over", weight: 3)
{
    bool _hasFailed;

    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var pause = TimeSpan.FromMilliseconds(dice.Below(5_000));
        if (_hasFailed)
            await databases.AddStandby();
        _hasFailed = true;
        await databases.FailOver(pause, stop);
        return new(FormattableString.Invariant($"no server took writes for {pause.TotalSeconds:0.0} s and the time of the promotion"));
    }
}
