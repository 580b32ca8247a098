using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>The connections between hosts and a server are slow.</summary>
sealed class SlowConnections(string server, TcpProxy network) : Fault($"connections to {server} slow")
{
    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var (delay, time) = (TimeSpan.FromMilliseconds(20 + dice.Below(180)), TimeSpan.FromMilliseconds(3_000 + dice.Below(5_000)));
        network.Delay = delay;
        try
        {
            await Task.Delay(time, stop);
        }
        finally
        {
            network.Delay = TimeSpan.Zero;
        }

        return new(FormattableString.Invariant($"{delay.TotalMilliseconds} ms each way for {time.TotalSeconds:0.0} s"));
    }
}
