using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>The disk under the database is full for a while.</summary>
sealed class FillDisk(SmallDisk disk, PrivatePostgres postgres) : Fault("disk full under the database")
{
    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var time = TimeSpan.FromMilliseconds(2_000 + dice.Below(6_000));
        await disk.Fill();
        try
        {
            await Task.Delay(time, stop);
        }
        finally
        {
            await disk.Free();
        }

        // A server that can't write its log ends itself. On a real machine the service manager starts it again.
        var gaveUp = await postgres.EnsureRunning();
        return new(
            FormattableString.Invariant($"for {time.TotalSeconds:0.0} s{(gaveUp ? "; the server had given up and was started" : "")}"));
    }
}
