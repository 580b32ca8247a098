using Orchestrator.Tests.Chaos.Checks;
using Orchestrator.Tests.Chaos.Site;
using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>
/// The clock of a worker is wrong by up to half an hour. Then the worker is killed, and one with a right clock takes its place.
/// </summary>
/// <remarks>Deadlines must be sent to their sagas all the time.</remarks>
sealed class WrongClock(Fleet fleet, Liveness liveness) : Fault("worker's clock wrong")
{
    // Longer than the leases of a replica that was killed during a sweep: then its deadlines are sent again.
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

    // The hosts of shipping are frozen, so no order gets its shipment and deadlines pass.
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
