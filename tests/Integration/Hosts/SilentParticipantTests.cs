using Orchestrator.Contracts.Operations;
using Orchestrator.Tests.Integration.Embedded;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>A participant that does not answer for longer than the time limits of orders. No order fails because of it.</summary>
public class When_a_participant_falls_silent
{
    const int Orders = 25, Units = 100_000;

    // At this pace the saga gives up a command after some 8 s, and an undo after some 25 s.
    const string Pace = "0.05";

    static readonly TimeSpan LongerThanACommandWaits = TimeSpan.FromSeconds(20), LongerThanAnUndoWaits = TimeSpan.FromSeconds(45);

    [Test]
    public async Task Then_orders_wait_until_it_is_back_and_none_is_cancelled()
    {
        await using var hosts = await Hosts();
        var shipping = await Silent(hosts, RealHosts.Shipping);
        await hosts.Submit(Lines());
        await IsHeld(hosts, "BookShipment", "BookShipment");
        await Waited(hosts, Orders, "Running", LongerThanACommandWaits);

        await hosts.Start(shipping);
        await hosts.Settled(Orders);
        (await hosts.States()).ShouldBe(new Dictionary<string, long> { ["Completed"] = Orders });
        await hosts.Reconcile(Units);
        await IsReleased(hosts);
    }

    [Test]
    public async Task Then_undos_wait_until_it_is_back_and_none_calls_an_operator()
    {
        await using var hosts = await Hosts();
        await Send(hosts, new HoldStep("order-fulfilment", "BookShipment", "ada", "so that the stock is reserved"));
        await Reached(hosts, 1, "SELECT count(*) FROM step_hold");
        await hosts.Submit(Lines(country: "Antarctica"));
        await Reached(hosts, Orders, "SELECT count(*) FROM saga WHERE data -> 'steps' -> 'BookShipment' ->> 'status' = 'Held'");
        var inventory = await Silent(hosts, RealHosts.Inventory);
        await Send(hosts, new ReleaseStep("order-fulfilment", "BookShipment", null, "ada", "go on"));
        await IsHeld(hosts, "ReserveStock", "ReleaseStock");
        await Waited(hosts, Orders, "Compensating", LongerThanAnUndoWaits);

        await hosts.Start(inventory);
        await hosts.Settled(Orders);
        (await hosts.States()).ShouldBe(new Dictionary<string, long> { ["Cancelled"] = Orders });
        (await hosts.Count("orchestrator", "SELECT count(*) FROM journal WHERE to_state LIKE 'Suspended%'")).ShouldBe(0);
        await hosts.Reconcile(Units);
        await IsReleased(hosts);
    }

    [Test, Category("Long")]
    public async Task Then_one_order_at_a_time_tries_it_also_when_what_was_sent_is_lost_and_a_worker_dies()
    {
        await using var hosts = await Hosts();
        var second = hosts.Begin(RealHosts.Worker);
        await second.Ready();
        var shipping = await Silent(hosts, RealHosts.Shipping);
        await hosts.Submit(Lines());
        await IsHeld(hosts, "BookShipment", "BookShipment");
        await Waited(hosts, Orders, "Running", LongerThanACommandWaits);
        await Reached(hosts, 1, "SELECT count(*) FROM step_hold WHERE probe_saga IS NOT NULL");
        second.Kill();
        hosts.Forget(second);
        await Purge(hosts, "shipping-commands");

        await hosts.Start(shipping);
        await hosts.Settled(Orders);
        (await hosts.States()).ShouldBe(new Dictionary<string, long> { ["Completed"] = Orders });
        (await hosts.Count(
            "orchestrator",
            "SELECT count(*) FROM (SELECT at - lag(at) OVER (ORDER BY at) AS after FROM journal WHERE remark LIKE '%BookShipment is "
            + "tried%') tries WHERE after < interval '2.5 seconds'"))
            .ShouldBe(0, "one at a time");
    }

    static async Task<RealHosts> Hosts()
    {
        var hosts = await RealHosts.On();
        hosts.Settings["Sagas__Pace"] = Pace;
        await hosts.Start(RealHosts.Worker, RealHosts.Inventory, RealHosts.Payment, RealHosts.Shipping);
        await hosts.Stock(("NW-11", Units));
        return hosts;
    }

    static string[] Lines(string country = "France") =>
        [.. Enumerable.Range(0, Orders).Select(_ => EmbeddedRun.Line(Guid.CreateVersion7(), country: country))];

    static async Task<string> Silent(RealHosts hosts, string program)
    {
        var host = hosts.Running.Single(running => running.Name == program);
        host.Kill();
        hosts.Forget(host);
        await host.DisposeAsync();
        return program;
    }

    static Task IsHeld(RealHosts hosts, string step, string command) => Reached(
        hosts, 1,
        $"SELECT count(*) FROM step_hold WHERE step = '{step}' AND command = '{command}' AND held_by = 'engine' AND released_at IS NULL");

    static async Task IsReleased(RealHosts hosts) =>
        (await hosts.Count(
            "orchestrator",
            "SELECT count(*) FROM step_hold WHERE command IS NOT NULL AND (released_at IS NULL OR released_by <> 'engine')")).ShouldBe(0);

    // Waits until all orders have existed for this time, and checks that all are in one state.
    static async Task Waited(RealHosts hosts, int orders, string state, TimeSpan time)
    {
        var ago = $"now() - interval '{time.TotalSeconds} seconds'";
        await Reached(
            hosts, 1,
            $"SELECT count(*) FROM step_hold WHERE command IS NOT NULL AND held_at < {ago} AND (SELECT max(created_at) FROM saga) < {ago}");
        (await hosts.States()).ShouldBe(new Dictionary<string, long> { [state] = orders });
    }

    static async Task Purge(RealHosts hosts, string queue)
    {
        await using var connection = await new RabbitMQ.Client.ConnectionFactory { Uri = hosts.Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueuePurgeAsync(queue);
    }

    static async Task Send<T>(RealHosts hosts, T command)
        where T : class
    {
        var endpoint = await (await hosts.Bus()).GetSendEndpoint(new Uri($"exchange:{OperatorQueues.Commands}"));
        await endpoint.Send(
            command,
            global::MassTransit.Pipe.Execute<global::MassTransit.SendContext<T>>(context => context.MessageId = Guid.CreateVersion7()));
    }

    static Task Reached(RealHosts hosts, long count, string query) => Eventually.Is(
        async () => await hosts.Count("orchestrator", query) >= count, TimeSpan.FromMinutes(3),
        async () =>
            $"{await hosts.Count("orchestrator", query)} of {count}: {query}; {string.Join("; ", await hosts.States())}; "
            + $"{string.Join("; ", await hosts.DeadLetters())}");
}
