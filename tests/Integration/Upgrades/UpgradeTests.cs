using Orchestrator.Tests.Integration.Hosts;

namespace Orchestrator.Tests.Integration.Upgrades;

/// <summary>Orders in every state that the hosts of an earlier version left.</summary>
[Category("Broker")]
public class When_the_hosts_of_an_earlier_version_are_replaced
{
    const long Units = 10_000;

    [TestCase("1.0.0")]
    public async Task All_orders_end_and_nothing_is_set_aside(string version)
    {
        await using var hosts = await RealHosts.On();
        await Dump.Restore(version, hosts.Postgres);
        (await States(hosts)).ShouldBe(
            [
                "Cancelled: 4", "Compensating: BookShipment: 2", "Completed: 7", "Running: AuthorizePayment: 2", "Running: BookShipment: 4",
                "Running: CapturePayment: 2",
                "Running: DispatchShipment: 2", "Running: ReserveStock, AuthorizePayment: 2", "Suspended: DispatchShipment: 2",
            ],
            "the dump has all of them");
        await hosts.Start(RealHosts.Worker, RealHosts.Inventory, RealHosts.Payment, RealHosts.Shipping);
        await hosts.Submit(OrderLines.Make(10));
        (await hosts.Command(
            ["release", "--kind", "order-fulfilment", "--step", "BookShipment", "--by", "ada", "--note",
                "the new version is there"])).ExitCode.ShouldBe(0);
        foreach (
            var suspended in await hosts.Store("orchestrator")
            .Read(sql => sql.Query("SELECT id FROM saga WHERE state = 'Suspended'", row => row.GetGuid(0))))
            (await hosts.Command(
                ["resume", "--saga", suspended.ToString(), "--by", "ada", "--note", "the new version is there"])).ExitCode.ShouldBe(0);
        await hosts.Settled(37);
        await hosts.Reconcile(Units);
        (await States(hosts)).ShouldBe(["Cancelled: 9", "Completed: 28"]);
    }

    static Task<List<string>> States(RealHosts hosts) => hosts.Store("orchestrator").Read(sql => sql.Query(
        "SELECT concat_ws(': ', state, step, count(*)) FROM saga GROUP BY state, step ORDER BY 1", row => row.GetString(0)));
}
