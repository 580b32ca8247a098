namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>A server goes away and comes back.</summary>
/// <param name="kind">The name of the fault.</param>
/// <param name="end">Ends the server.</param>
/// <param name="start">Starts the server. It returns when the server takes connections.</param>
sealed class ServerFault(string kind, Func<Task> end, Func<Task> start) : Fault(kind)
{
    const int LongestAway = 5_000;

    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var away = TimeSpan.FromMilliseconds(dice.Below(LongestAway));
        await end();
        await Task.Delay(away, stop);
        await start();
        return new(FormattableString.Invariant($"away for {away.TotalSeconds:0.0} s and the time of its start"));
    }
}
