using System.Diagnostics;
using Orchestrator.Contracts.Payment;
using Orchestrator.Services.Inventory;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Integration.Hosts;

public class Hosts_on_real_servers
{
    const int Orders = 200;
    const long Units = 100_000;

    static readonly string[] TwoOfEach =
    [
        RealHosts.Worker, RealHosts.Worker, RealHosts.Inventory, RealHosts.Inventory, RealHosts.Payment, RealHosts.Payment,
        RealHosts.Shipping, RealHosts.Shipping,
    ];

    [Test]
    public async Task Carry_orders_to_the_same_ends_with_one_of_each_and_with_two()
    {
        foreach (var programs in new[] { TwoOfEach.Distinct().ToArray(), TwoOfEach })
        {
            await using var hosts = await RealHosts.On();
            await hosts.Start(programs);
            await hosts.Stock(("NW-11", Units));
            await hosts.Submit(OrderLines.Make(Orders));
            await Ends(hosts);
        }
    }

    [Test]
    public async Task Lose_nothing_when_they_are_killed_one_after_the_other()
    {
        await using var hosts = await RealHosts.On();
        await hosts.Start(TwoOfEach);
        await hosts.Stock(("NW-11", Units));
        await hosts.Submit(OrderLines.Make(Orders));
        foreach (var host in hosts.Running.ToList())
            await hosts.Replace(host).Ready();
        await Ends(hosts);
    }

    [Test]
    public async Task Do_nothing_twice_when_every_message_comes_four_times()
    {
        await using var hosts = await RealHosts.On();
        await hosts.Start([.. TwoOfEach.Distinct()]);
        await Copies.Of(hosts.Broker, more: 3);
        await hosts.Stock(("NW-11", Units));
        await hosts.Submit(OrderLines.Make(Orders));
        await Ends(hosts);
    }

    [Test]
    public async Task Keep_a_command_for_a_service_that_has_never_been_started()
    {
        await using var hosts = await RealHosts.On();
        await hosts.Start(RealHosts.Worker);
        await hosts.Submit(OrderLines.Make(1));
        await Eventually.Is(async () => (await hosts.States()).GetValueOrDefault("Running") == 1, "the worker did not take the order");
        await hosts.Start(RealHosts.Shipping, RealHosts.Inventory, RealHosts.Payment);
        // Without stock the reservation is refused at once. So the broker had kept the command.
        await hosts.Ended(1);
        (await hosts.States()).ShouldBe(new Dictionary<string, long> { ["Cancelled"] = 1 });
        (await hosts.DeadLetters()).ShouldBeEmpty();
    }

    [Test]
    public async Task Send_a_command_that_no_queue_took_when_one_does()
    {
        await using var hosts = await RealHosts.On();
        await hosts.Start(RealHosts.Worker);
        await using (var connection = await new ConnectionFactory { Uri = hosts.Broker }.CreateConnectionAsync())
        {
            await using var channel = await connection.CreateChannelAsync();
            await channel.QueueDeleteAsync(PaymentQueues.Commands);
        }

        await hosts.Submit(OrderLines.Make(1));
        await hosts.Start(RealHosts.Inventory, RealHosts.Payment, RealHosts.Shipping);
        await hosts.Ended(1);
    }

    [Test]
    public async Task Take_over_from_one_that_died_between_its_commit_and_its_first_message()
    {
        await using var hosts = await RealHosts.On();
        await using var network = BrokerProxy.To(hosts.Broker);
        await hosts.Start(RealHosts.Inventory, RealHosts.Payment, RealHosts.Shipping);
        await hosts.Stock(("NW-11", Units));
        var mortal = hosts.Begin(RealHosts.Worker, network.Address);
        await mortal.Ready();
        network.Loses = BrokerProxy.Lost.Publishes;
        await hosts.Submit(OrderLines.Make(1));
        await Eventually.Is(() => Task.FromResult(network.LostSoFar > 0), "the worker sent nothing");
        (await hosts.Count("orchestrator", "SELECT count(*) FROM journal")).ShouldBe(1, "it is committed, but not sent");
        mortal.Kill();
        await hosts.Start(RealHosts.Worker);
        await hosts.Settled(1);
        (await hosts.States()).ShouldBe(new Dictionary<string, long> { ["Completed"] = 1 });
        await hosts.Reconcile(Units);
    }

    [Test]
    public async Task Handle_a_message_once_when_its_acknowledgement_was_lost()
    {
        await using var hosts = await RealHosts.On();
        await using var network = BrokerProxy.To(hosts.Broker);
        foreach (var program in TwoOfEach.Distinct())
            hosts.Begin(program, network.Address);
        foreach (var host in hosts.Running)
            await host.Ready();
        await hosts.Stock(("NW-11", Units));
        network.Loses = BrokerProxy.Lost.Acknowledgements;
        await hosts.Submit(OrderLines.Make(1));
        await hosts.Settled(1);
        var journalled = await hosts.Count("orchestrator", "SELECT count(*) FROM journal");
        var lost = network.LostSoFar;
        lost.ShouldBeGreaterThan(10);

        network.Loses = BrokerProxy.Lost.Nothing;
        network.Cut();
        // All messages come again. Queues keep their order, so another order shows that all of them were handled.
        await hosts.Submit(OrderLines.Make(1));
        await hosts.Settled(2);
        (await hosts.Count("orchestrator", "SELECT count(*) FROM journal")).ShouldBe(journalled * 2);
        (await hosts.Count(InventoryRegistration.Party, "SELECT shipped FROM inventory_stock")).ShouldBe(2 * OrderLines.UnitsEach);
        await hosts.Reconcile(Units);
    }

    [Test]
    public async Task Let_go_of_what_they_do_when_they_are_asked_to_stop()
    {
        await using var hosts = await RealHosts.On();
        await hosts.Start([.. TwoOfEach.Distinct()]);
        await hosts.Stock(("NW-11", Units));
        await hosts.Submit(OrderLines.Make(Orders));
        foreach (var host in hosts.Running)
        {
            var asked = Stopwatch.GetTimestamp();
            (await host.Stop()).ShouldBe(0, host.Output);
            Stopwatch.GetElapsedTime(asked).ShouldBeLessThan(TimeSpan.FromSeconds(30), host.Name);
        }

        await hosts.Start([.. TwoOfEach.Distinct()]);
        await Ends(hosts);
    }

    static async Task Ends(RealHosts hosts)
    {
        await hosts.Settled(Orders);
        var fulfilled = OrderLines.Fulfilled(Orders);
        (await hosts.States())
            .ShouldBe(new Dictionary<string, long> { ["Completed"] = fulfilled, ["Cancelled"] = Orders - fulfilled }, ignoreOrder: true);
        (await hosts.Count(InventoryRegistration.Party, "SELECT shipped FROM inventory_stock")).ShouldBe(fulfilled * OrderLines.UnitsEach);
        await hosts.Reconcile(Units);
    }
}
