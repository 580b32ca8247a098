using Orchestrator.Tests.Chaos.Site;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary><c>kill -9</c> of a host. A new one is started.</summary>
sealed class KillHost(Fleet fleet) : Fault("host killed", weight: 4)
{
    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var slot = dice.Of(fleet.Slots);
        await slot.Replace();
        return new(slot.Name);
    }
}
