using Orchestrator.Tests.Chaos.Site;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>SIGTERM of all hosts, one after the other, each when the one before takes messages again: as a deployment does.</summary>
sealed class RollingRestart(Fleet fleet) : Fault("rolling restart")
{
    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var exitCodes = new List<int>();
        foreach (var slot in fleet.Slots)
        {
            stop.ThrowIfCancellationRequested();
            // One that has just been started can't hear yet that it shall stop.
            await slot.Process.Ready();
            exitCodes.Add(await slot.Restart());
            await slot.Process.Ready();
        }

        return exitCodes.TrueForAll(code => code == 0)
            ? new("all drained")
            : new("not all drained", $"hosts that were asked to stop ended with exit codes {string.Join(", ", exitCodes)}");
    }
}
