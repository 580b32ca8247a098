using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>Every connection of the hosts to a server breaks, one to three times within a second.</summary>
sealed class CutConnections(string server, TcpProxy network) : Fault($"connections to {server} cut")
{
    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var times = 1 + dice.Below(3);
        for (var i = 0; i < times; i++)
        {
            network.Cut();
            await Task.Delay(TimeSpan.FromMilliseconds(dice.Below(300)), stop);
        }

        return new(FormattableString.Invariant($"{times} times"));
    }
}
