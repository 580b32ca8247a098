using Npgsql;
using Orchestrator.Tests.Chaos.Checks;
using Orchestrator.Tests.Chaos.Site;
using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>
/// An administrator changes the password of a party at the database while its hosts run, and changes it back. The database refuses them
/// meanwhile.
/// </summary>
sealed class RotatePassword(PartyRoles roles, Fleet fleet, Books books) : Fault("password at the database changed", weight: 2)
{
    const int Shortest = 3_000, Longest = 15_000;

    static readonly string[] Parties = ["orchestrator", "inventory", "payment", "acquirer", "shipping"];

    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var (party, time) = (dice.Of(Parties), TimeSpan.FromMilliseconds(Shortest + dice.Below(Longest - Shortest)));
        // A host that starts meanwhile would have the wrong password.
        await fleet.Ready();
        await Change(party, "another");
        try
        {
            await books.Count(
                "orchestrator", "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = @party", ("party", party));
            await Task.Delay(time, stop);
        }
        finally
        {
            await Change(party, new NpgsqlConnectionStringBuilder(roles.ConnectionString(party)).Password!);
        }

        return new(FormattableString.Invariant($"of {party} for {time.TotalSeconds:0.0} s"));
    }

    // The passwords are hexadecimal here, so they need no quoting.
    Task<int> Change(string party, string password) =>
        books.Of("orchestrator").Write(sql => sql.Execute($"ALTER ROLE {party} PASSWORD '{password}'"));
}
