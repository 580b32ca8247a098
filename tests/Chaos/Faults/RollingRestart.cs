using Orchestrator.Tests.Chaos.Site;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>SIGTERM of all hosts, one after the other, as in a deployment. Each follows when the one before takes messages again.</summary>
sealed class RollingRestart(Fleet fleet) : Fault("rolling restart")
{
    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var exitCodes = new List<int>();
        foreach (var slot in fleet.Slots)
        {
            stop.ThrowIfCancellationRequested();
            // A host that was just started can't handle the signal yet.
            await slot.Process.Ready();
            exitCodes.Add(await slot.Restart());
            await slot.Process.Ready();
        }

        return exitCodes.TrueForAll(code => code == 0)
            ? new("all drained")
            : new("not all drained", $"hosts that were asked to stop ended with exit codes {string.Join(", ", exitCodes)}");
    }
}
