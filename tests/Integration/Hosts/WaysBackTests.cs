using System.Diagnostics;
using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Orders;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>Deadlines, holds and cancelling on real servers.</summary>
public class Ways_back_on_real_servers
{
    const long Units = 1_000;

    static readonly TimeSpan Covered = TimeSpan.FromSeconds(15);
    static readonly (string, string) Fast = ("Sagas__Pace", "0.05");

    [Test]
    public async Task The_deadlines_of_a_worker_that_is_killed_are_covered_within_15_seconds()
    {
        await using var hosts = await RealHosts.On();
        hosts.Settings["Sagas__Breaker__Silence"] = "never"; // No participant answers, and all orders must have deadlines.
        var workers = new[] { hosts.Begin(RealHosts.Worker, null, Fast), hosts.Begin(RealHosts.Worker, null, Fast) };
        foreach (var worker in workers)
            await worker.Ready();
        // This kills each worker in turn, so also the one that has the schedule.
        foreach (var worker in workers)
        {
            hosts.Begin(RealHosts.Worker, null, Fast);
            await hosts.Running[^1].Ready();
            // No participant answers, so every second or two each order asks or tries again.
            var orders = await hosts.Submit(OrderLines.Make(20));
            var reached =
                $"FROM journal WHERE message_type = 'DeadlineReached' AND saga_id IN "
                + $"({string.Join(", ", orders.Select(order => $"'{order}'"))})";
            await Reached(hosts, 20, $"SELECT count(DISTINCT saga_id) {reached}");
            worker.Kill();
            var waited = Stopwatch.StartNew();
            var before = await hosts.Count("orchestrator", $"SELECT max(seq) {reached}");
            await Reached(hosts, 20, $"SELECT count(DISTINCT saga_id) {reached} AND seq > {before}");
            waited.Elapsed.ShouldBeLessThan(Covered);
        }
    }

    [Test]
    public async Task A_step_that_operators_hold_is_not_sent_until_they_release_it()
    {
        await using var hosts = await RealHosts.On();
        await hosts.Start(RealHosts.Worker, RealHosts.Inventory, RealHosts.Payment, RealHosts.Shipping);
        await hosts.Stock(("NW-11", Units));
        await Send(hosts, OperatorQueues.Commands, new HoldStep("order-fulfilment", "BookShipment", "ada", "carrier is closed"));
        await Reached(hosts, 1, "SELECT count(*) FROM step_hold");

        await hosts.Submit(OrderLines.Make(3));
        await Reached(
            hosts, 3, "SELECT count(*) FROM saga WHERE data -> 'steps' -> 'BookShipment' ->> 'status' = 'Held' AND deadline IS NULL");
        (await hosts.Count("shipping", "SELECT count(*) FROM shipping_shipment")).ShouldBe(0);

        await Send(hosts, OperatorQueues.Commands, new ReleaseStep("order-fulfilment", "BookShipment", 10, "ada", "it is open"));
        await hosts.Settled(3);
        (await hosts.States()).ShouldBe(new Dictionary<string, long> { ["Completed"] = 3 });
        await hosts.Reconcile(Units);
    }

    [Test]
    public async Task An_order_is_cancelled_before_it_came_and_while_it_runs()
    {
        await using var hosts = await RealHosts.On();
        await hosts.Start(RealHosts.Worker);
        var (early, running) = (OrderLines.Make(1), OrderLines.Make(1));
        var earlyId = System.Text.Json.JsonDocument.Parse(early[0]).RootElement.GetProperty("orderId").GetGuid();
        await Send(hosts, OrderQueues.Commands, new CancelOrder(earlyId, "VINET", "changed my mind"));
        await hosts.Ended(1);
        await hosts.Submit(early[0]);
        var id = (await hosts.Submit(running[0]))[0];
        await Reached(hosts, 1, $"SELECT count(*) FROM saga WHERE id = '{id}'");

        await Send(hosts, OrderQueues.Commands, new CancelOrder(id, "VINET", "changed my mind"));
        await hosts.Start(RealHosts.Inventory, RealHosts.Payment, RealHosts.Shipping);
        await hosts.Ended(2);
        (await hosts.States()).ShouldBe(new Dictionary<string, long> { ["Cancelled"] = 2 });
        (await hosts.Count("orchestrator", "SELECT count(*) FROM journal WHERE actor = 'VINET'")).ShouldBe(2);
        await Reached(
            hosts, 1,
            $"SELECT count(*) FROM journal WHERE saga_id = '{earlyId}' AND remark = 'the saga was cancelled before this message came'");
        (await hosts.DeadLetters()).ShouldBeEmpty();
    }

    [Test]
    public async Task An_operator_is_answered_although_the_saga_does_not_exist()
    {
        await using var hosts = await RealHosts.On();
        await hosts.Start(RealHosts.Worker);
        await Send(hosts, "order-fulfilment", new ResumeSaga(Guid.CreateVersion7(), null, "ada", "go on"));
        await hosts.Submit(OrderLines.Make(1));
        await Reached(hosts, 1, "SELECT count(*) FROM saga");
        (await hosts.DeadLetters()).ShouldBeEmpty();
    }

    static async Task Send<T>(RealHosts hosts, string queue, T command)
        where T : class
    {
        var bus = await hosts.Bus();
        var endpoint = await bus.GetSendEndpoint(new Uri($"exchange:{queue}"));
        await endpoint.Send(command, context =>
        {
            context.MessageId = Guid.CreateVersion7();
            context.CorrelationId = (command as ISagaMessage)?.SagaId;
        });
    }

    static Task Reached(RealHosts hosts, long count, string query) => Eventually.Is(
        async () => await hosts.Count("orchestrator", query) >= count, TimeSpan.FromMinutes(3),
        async () => $"{await hosts.Count("orchestrator", query)} of {count}: {query}; {string.Join("; ", await hosts.DeadLetters())}");
}
