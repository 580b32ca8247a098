using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Rides;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Tests.Generator;
using Orchestrator.Tests.Integration.Embedded;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>The worker's commands, for sagas by business key, for several sagas, and for all that match.</summary>
[Category("Broker")]
public class An_operator_who_steers_several_sagas
{
    static readonly string[] AdaSaysWhy = ["--by", "ada", "--note", "the customer called"];

    RealHosts _hosts = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _hosts = await RealHosts.On();
        _hosts.Operated = RealHosts.WorkerOfTwo;
        await _hosts.Start(RealHosts.WorkerOfTwo);
    }

    [OneTimeTearDown]
    public Task Stop() => _hosts.DisposeAsync().AsTask();

    [Test]
    public async Task Cancels_an_order_by_its_number()
    {
        var order = await Order("C-1");
        (await Say("cancel", "C-1")).ShouldBe((0, "done", ""));
        (await Count($"SELECT count(*) FROM saga_timeline WHERE saga_id = '{order}' AND event = 'CancelOrder' AND actor = 'ada'"))
            .ShouldBe(1);
        (await Count(
            $"SELECT count(*) FROM order_fulfilment WHERE id = '{order}' AND state = 'Compensating' AND refused_reason = 'ada: the "
            + $"customer called'"))
            .ShouldBe(1);
        (await Say("cancel", order.ToString())).ShouldBe((0, "done: it had turned back already", ""));
    }

    [Test]
    public async Task Cancels_a_saga_of_any_kind()
    {
        var ride = Guid.CreateVersion7();
        await (await _hosts.Bus()).Publish(new RideRequested(ride, "R-1", "ADA", "Paris", "Lyon", new Money(80m, "EUR")));
        await Eventually.Is(async () => await Count($"SELECT count(*) FROM saga WHERE id = '{ride}'") == 1, "there is no ride");
        (await Say("cancel", "R-1", "--kind", "order-fulfilment")).ShouldBe((2, "", "cancel: there is no saga with the key 'R-1'."));
        (await Say("cancel", "R-1")).ShouldBe((0, "done", ""));
        (await Count($"SELECT count(*) FROM journal WHERE saga_id = '{ride}' AND message_type = 'CancelRide' AND actor = 'ada'"))
            .ShouldBe(1);
    }

    [Test]
    public async Task Is_told_that_it_is_too_late_to_cancel()
    {
        var order = await Order("L-1");
        await Tell(new StockReserved(order, 1), order, "AuthorizePayment");
        await Tell(new PaymentAuthorized(order, 1, "auth-1"), order, "BookShipment");
        await Tell(new ShipmentBooked(order, 1, "ship-1"), order, "CapturePayment");
        (await Say("cancel", "L-1")).ShouldBe(
            (3, "", "cancel: it can't be cancelled any more: CapturePayment has been sent and its outcome is not known yet."));
        (await Count($"SELECT count(*) FROM saga WHERE id = '{order}' AND state = 'Running' AND step = 'CapturePayment'")).ShouldBe(1);

        // Of several orders, the others are turned back.
        var other = await Order("L-2");
        (await Say("cancel", "L-1", "L-2")).ShouldBe((3, $"{other} (L-2): done\ndone=1 left=1",
            $"cancel: {order} (L-1): it can't be cancelled any more: CapturePayment has been sent and its outcome is not known yet."));
    }

    [Test]
    public async Task Sends_nothing_when_a_name_means_no_saga_or_several()
    {
        var order = await Order("N-1");
        (await Say("compensate", "N-1", "N-2")).ShouldBe((2, "", "compensate: there is no saga with the key 'N-2'."));
        Guid[] twins = [.. new[] { Guid.CreateVersion7(), Guid.CreateVersion7() }.Order()];
        foreach (var twin in twins)
            await Copy(order, twin, "TWINS");
        (await Say("compensate", "N-1", "TWINS")).ShouldBe((2, "",
            $"compensate: the key 'TWINS' belongs to 2 sagas; name one by its id: {twins[0]} (order-fulfilment, Completed), {twins[1]} "
            + $"(order-fulfilment, Completed)."));
        (await Count($"SELECT count(*) FROM journal WHERE saga_id = '{order}'")).ShouldBe(1);
        (await Say("compensate", twins[1].ToString())).ShouldBe((3, "", "compensate: it is completed."));
    }

    [Test]
    public async Task Lists_all_that_match_and_commands_them_when_he_says_yes()
    {
        Guid[] orders = [await Order("M-1", "MANY-1"), await Order("M-2", "MANY-1"), await Order("M-3", "MANY-1")];
        await Order("M-4", "MANY-2");
        string[] matching = ["compensate", "--where", "state=Running", "--where", "customer=MANY-1", "--step", "ReserveStock"];
        (await Say(matching)).ShouldBe((4, $"""
            {orders[0]}  M-1  Running       ReserveStock, AuthorizePayment
            {orders[1]}  M-2  Running       ReserveStock, AuthorizePayment
            {orders[2]}  M-3  Running       ReserveStock, AuthorizePayment
            matching=3 listed=3
            """, "compensate: nothing was sent; run it with --yes to send it to all that match then."));
        (await Count("SELECT count(*) FROM journal WHERE message_type = 'CompensateSaga'")).ShouldBe(0);

        // The saga does not match any more when the operator confirms.
        await Tell(new StockReserved(orders[1], 1), orders[1], "AuthorizePayment");
        (await Say([.. matching, "--yes"])).ShouldBe((0, $"""
            {orders[0]} (M-1): done
            {orders[2]} (M-3): done
            done=2 left=0
            """, ""));
        (await Count("SELECT count(*) FROM saga WHERE business_key LIKE 'M-%' AND state = 'Running'")).ShouldBe(2);
        (await Say([.. matching, "--yes"])).ShouldBe((3, "", "compensate: no unfinished saga matches."));
    }

    [Test]
    public async Task Commands_none_that_has_moved_on_since_they_were_found()
    {
        await using var hosts = await RealHosts.On();
        await hosts.Start(RealHosts.Worker);
        await hosts.Running[0].Stop();
        await ManyOrders.FillOpen(hosts.Store, 60, rowsEach: 3);
        // The first fifty commands wait for a worker. Meanwhile the other sagas move.
        var said = hosts.Command(["compensate", "--step", "BookShipment", "--yes", .. AdaSaysWhy]);
        await Eventually.Is(async () => await Waiting(hosts) == 50, "the first ones were not sent");
        await hosts.Store("orchestrator").Write(sql => sql.Execute("UPDATE saga SET step = 'CapturePayment' WHERE business_key::int > 50"));
        var (exitCode, output, error) = await said;
        (exitCode, output).ShouldBe((3, "done=0 left=60"));
        error.Split('\n').Count(line => line.EndsWith("it has changed and does not match any more.", StringComparison.Ordinal))
            .ShouldBe(10, error);
        (await Waiting(hosts)).ShouldBe(50);
    }

    static async Task<long> Waiting(RealHosts hosts)
    {
        await using var connection = await new RabbitMQ.Client.ConnectionFactory { Uri = hosts.Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        return await channel.MessageCountAsync("order-fulfilment");
    }

    async Task<Guid> Order(string number, string customer = "VINET")
    {
        var order = (await _hosts.Submit(EmbeddedRun.Line(Guid.CreateVersion7(), customer, number: number)))[0];
        await Eventually.Is(async () => await Count($"SELECT count(*) FROM saga WHERE id = '{order}'") == 1, $"there is no order {number}");
        return order;
    }

    // The state after two orders with the same number.
    Task<int> Copy(Guid order, Guid copy, string key) => _hosts.Store("orchestrator").Write(sql => sql.Execute(
        """
        INSERT INTO saga (kind, id, business_key, state, version, last_message_id, definition_version, data, created_at, updated_at,
                          completed_at)
        SELECT kind, @copy, @key, 'Completed', version, last_message_id, definition_version, data, created_at, updated_at, updated_at
        FROM saga WHERE id = @order
        """,
        ("order", order), ("copy", copy), ("key", key)));

    async Task Tell<T>(T outcome, Guid order, string step)
        where T : class
    {
        await (await _hosts.Bus()).Publish(outcome);
        await Eventually.Is(
            async () =>
                await Count($"SELECT count(*) FROM saga WHERE id = '{order}' AND step = '{step}'") == 1, $"it does not wait for {step}");
    }

    Task<long> Count(string query) => _hosts.Count("orchestrator", query);

    Task<(int ExitCode, string Output, string Error)> Say(params string[] arguments) => _hosts.Command([.. arguments, .. AdaSaysWhy]);
}
