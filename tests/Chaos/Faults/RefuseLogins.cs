using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>The broker refuses the logins of the hosts for a while: an administrator changes their password, and changes it back.</summary>
sealed class RefuseLogins(PrivateRabbitMq rabbit, string user, string password) : Fault("logins at the broker refused")
{
    const int Shortest = 5_000, Longest = 20_000;

    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var time = TimeSpan.FromMilliseconds(Shortest + dice.Below(Longest - Shortest));
        await rabbit.Control("change_password", user, "another");
        try
        {
            await rabbit.CloseConnections();
            await Task.Delay(time, stop);
        }
        finally
        {
            await rabbit.Control("change_password", user, password);
        }

        return new(FormattableString.Invariant($"for {time.TotalSeconds:0.0} s"));
    }
}
