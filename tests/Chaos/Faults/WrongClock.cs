using Orchestrator.Tests.Chaos.Checks;
using Orchestrator.Tests.Chaos.Site;
using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>A worker's clock is wrong by up to half an hour; then it is killed, and one whose clock is right takes its place.</summary>
/// <remarks>Deadlines are told all the time.</remarks>
sealed class WrongClock(Fleet fleet, Liveness liveness) : Fault("worker's clock wrong")
{
    // They come again when a replica that was killed as it swept is missed.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), OldAge = TimeSpan.FromSeconds(5);

    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var (slot, minutes) = (dice.Of(fleet.Workers), (20 + dice.Below(11)) * (dice.Below(2) == 0 ? 1 : -1));
        var clock = FormattableString.Invariant(
            $"the clock of {slot.Name} was {Math.Abs(minutes)} minutes {(minutes > 0 ? "ahead" : "behind")}");
        await slot.Replace(
            FakeTime.Of(FormattableString.Invariant($"{minutes:+0;-0}m"))
            .ToDictionary(variable => variable.Name, variable => variable.Value));
        await slot.Process.Ready();
        await Task.Delay(OldAge, stop);
        var untold = await NobodyAnswers(clock, stop);
        await slot.Replace();
        untold ??= await NobodyAnswers($"{clock}, and it was killed", stop);
        return new(FormattableString.Invariant($"{slot.Name} by {minutes} minutes"), untold);
    }

    // No order gets its shipment, so deadlines pass.
    async Task<string?> NobodyAnswers(string meanwhile, CancellationToken stop)
    {
        var hosts = fleet.Slots.Where(slot => slot.Name.StartsWith("shipping", StringComparison.Ordinal)).Select(slot => slot.Process)
            .ToList();
        var since = TimeProvider.System.GetUtcNow();
        await Task.WhenAll(hosts.Select(host => host.Pause()));
        try
        {
            return await liveness.DeadlinesPass(meanwhile, since, Patience, stop);
        }
        finally
        {
            await Task.WhenAll(hosts.Select(host => host.Resume()));
        }
    }
}
