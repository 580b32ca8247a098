using Orchestrator.Tests.Chaos.Checks;
using Orchestrator.Tests.Chaos.Site;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>A fault after which every host must take messages from all of its queues again.</summary>
/// <remarks>When a host does not, all hosts are replaced, so that later faults are judged separately.</remarks>
sealed class Watched(Fault fault, Fleet fleet, Liveness liveness) : Fault(fault.Kind, fault.Weight)
{
    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var effect = await fault.Strike(dice, stop);
        var over = TimeProvider.System.GetUtcNow();
        var deaf = await liveness.AllTake(stop);
        if (deaf is not null)
        {
            foreach (var slot in fleet.Slots)
                await slot.Replace();
            await fleet.Ready();
        }

        return effect with
        {
            Violation = effect.Violation ?? (deaf is null ? null : $"after \"{Kind}\" ({effect.Details}): {deaf}"),
            BearableSince = effect.BearableSince ?? over,
        };
    }
}
