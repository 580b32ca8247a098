namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>A server goes away and comes back.</summary>
/// <param name="kind">What happens to it.</param>
/// <param name="end">Ends it.</param>
/// <param name="start">Starts it, and returns once it takes connections.</param>
sealed class ServerFault(string kind, Func<Task> end, Func<Task> start) : Fault(kind)
{
    const int LongestAway = 5_000;

    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var away = TimeSpan.FromMilliseconds(dice.Below(LongestAway));
        await end();
        await Task.Delay(away, stop);
        await start();
        return new(FormattableString.Invariant($"away for {away.TotalSeconds:0.0} s and as long as its start took"));
    }
}
