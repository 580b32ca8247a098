using Orchestrator.Tests.Chaos.Checks;
using Orchestrator.Tests.Chaos.Site;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>A fault after which every host must take from all of its queues again.</summary>
/// <remarks>When one does not, all are replaced, so that what comes next is seen apart from it.</remarks>
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
