using Npgsql;
using Orchestrator.Services.Inventory;
using Orchestrator.Tests.Integration.Servers;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>One of two replicas ends or freezes between the lock of a hot row and its commit.</summary>
public class A_replica_that_goes_with_a_lock
{
    const int Orders = 60;
    const long Units = 100_000;

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Test]
    public Task Is_missed_within_half_a_minute_when_it_freezes() => Carry(host => host.Process.Pause(), host => host.Process.Resume());

    [Test]
    public Task Is_missed_within_half_a_minute_when_it_loses_its_network() => Carry(
        host =>
        {
            host.Network.Silence();
            return Task.CompletedTask;
        },
        host =>
        {
            host.Network.Cut();
            return Task.CompletedTask;
        });

    static async Task Carry(Func<Replica, Task> go, Func<Replica, Task> comeBack)
    {
        await using var hosts = await RealHosts.On();
        await using var one = TcpProxy.To([new NpgsqlConnectionStringBuilder(hosts.Postgres).Port]);
        await using var other = TcpProxy.To([new NpgsqlConnectionStringBuilder(hosts.Postgres).Port]);
        Replica[] replicas = [Begin(hosts, "one", one), Begin(hosts, "other", other)];
        await hosts.Start(RealHosts.Worker, RealHosts.Payment, RealHosts.Shipping);
        foreach (var replica in replicas)
            await replica.Process.Ready();
        await hosts.Stock(("NW-11", Units));

        Replica gone;
        var submitted = 0;
        await using (await ForeignLock.By(hosts.Postgres, "SELECT FROM inventory.inventory_stock FOR UPDATE"))
        {
            var waiting = "";
            await Eventually.Is(
                async () =>
                {
                    await hosts.Submit(OrderLines.Make(1));
                    submitted++;
                    return (waiting = await Session(hosts, "wait_event_type = 'Lock'")) != "";
                },
                "no replica waits for the row");
            gone = replicas.Single(replica => replica.Name == waiting);
            await go(gone);
        }

        // Now the replica has the row, and no process hears of it.
        await Eventually.Is(
            async () =>
                await Session(hosts, $"state = 'idle in transaction' AND application_name = '{gone.Name}'") != "",
                "it does not hold the row");
        var before = await Reservations(hosts);
        await hosts.Submit([.. Enumerable.Repeat(0, Orders).Select(_ => OrderLines.Make(1)[0])]);
        await Eventually.Is(async () => await Reservations(hosts) > before, Limit, () => Task.FromResult("the other waits for it"));

        await comeBack(gone);
        await hosts.Settled(submitted + Orders);
        (await hosts.States()).Keys.ShouldBe(["Completed"]);
        await hosts.Reconcile(Units);
    }

    static Task<long> Reservations(RealHosts hosts) =>
        hosts.Count(InventoryRegistration.Party, "SELECT count(*) FROM inventory_reservation");

    static Replica Begin(RealHosts hosts, string name, TcpProxy network)
    {
        var postgres = new NpgsqlConnectionStringBuilder(
            hosts.Postgres)
        { Host = "127.0.0.1", Port = network.Port, ApplicationName = name }.ToString();
        return new Replica(name, hosts.Begin(RealHosts.Inventory, null, ("ConnectionStrings__Postgres", postgres)), network);
    }

    static async Task<string> Session(RealHosts hosts, string how) => await hosts.Store(InventoryRegistration.Party).Read(sql => sql.First(
        $"SELECT application_name FROM pg_stat_activity WHERE application_name IN ('one', 'other') AND datname = current_database() AND "
        + $"{how}", row => row.GetString(0))) ?? "";

    sealed record Replica(string Name, HostProcess Process, TcpProxy Network);
}
