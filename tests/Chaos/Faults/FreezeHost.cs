using Orchestrator.Tests.Chaos.Site;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>
/// SIGSTOP of a host for up to half a minute. It keeps its locks and messages, and does not notice the time when it wakes up.
/// </summary>
sealed class FreezeHost(Fleet fleet) : Fault("host frozen")
{
    const int Shortest = 5_000, Longest = 30_000;

    public override bool IsOverlapped => true;

    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var (slot, time) = (dice.Of(fleet.Slots), TimeSpan.FromMilliseconds(Shortest + dice.Below(Longest - Shortest)));
        var host = slot.Process;
        await host.Pause();
        await Task.Delay(time, stop);
        // Another fault may have replaced the host meanwhile.
        if (slot.Holds(host) && !host.HasExited)
            await host.Resume();
        return new(FormattableString.Invariant($"{slot.Name} for {time.TotalSeconds:0.0} s"));
    }
}
