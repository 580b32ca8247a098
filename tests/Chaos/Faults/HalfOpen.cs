using Orchestrator.Contracts.Inventory;
using Orchestrator.Tests.Chaos.Checks;
using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>Nothing arrives any more on the connections to a server, and neither side is told. New connections work.</summary>
sealed class HalfOpen(string server, TcpProxy network, Liveness liveness) : Fault($"connections to {server} half-open")
{
    // A command without an answer from the database fails after half a minute.
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var since = TimeProvider.System.GetUtcNow();
        network.Silence();
        var stuck = await liveness.OthersMove(
            $"connections to {server} were half-open", [nameof(StockReserved), nameof(StockRefused)], since, Longest, stop);
        var lasted = TimeProvider.System.GetUtcNow() - since;
        network.Cut();
        return new(FormattableString.Invariant($"orders got through after {lasted.TotalSeconds:0.0} s, then they were cut"), stuck);
    }
}
