namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>
/// A broker that breaks the connection, as RabbitMQ 3.10 does when a client uses a quorum queue that does not run yet.
/// </summary>
public class A_host_whose_broker_breaks_off_as_it_starts
{
    [Test]
    public async Task Stops_as_it_is_told_although_its_broker_has_gone_again()
    {
        await using var hosts = await RealHosts.On();
        hosts.Settings["Logging__LogLevel__MassTransit"] = "Warning";
        // The first connection only checks that the broker is there.
        await using var network = BrokerProxy.To(hosts.Broker, takes: 1);
        var host = hosts.Begin(RealHosts.Shipping, network.Address);
        await Eventually.Is(
            () => Task.FromResult(host.Output.Contains("MassTransit[0] Connection Failed", StringComparison.Ordinal)),
            "the bus did not try to connect");
        (await host.Stop()).ShouldBe(0, host.Output);
    }

    [Test]
    public async Task Comes_up_all_the_same()
    {
        await using var rabbit = await PrivateRabbitMq.Create();
        await using var hosts = await RealHosts.On(rabbit: rabbit);
        await hosts.Start(RealHosts.Worker);
        await hosts.Running[0].Stop();
        // This state lasts a moment after another replica has declared a queue: the queue is known, but no process serves it yet.
        var server = $"{{list_to_atom(\"{hosts.Broker.AbsolutePath[1..]}_order-fulfilment-intake\"), node()}}";
        await rabbit.Control("eval", $"ra:stop_server(quorum_queues, {server}).");
        var host = hosts.Begin(RealHosts.Worker);
        await Eventually.Is(
            () => Task.FromResult(
                host.Output.Contains("order-fulfilment-intake has had no consumer of this host", StringComparison.Ordinal)),
            TimeSpan.FromMinutes(1), () => Task.FromResult($"the broker gave it the queue: {host.Output}"));
        await rabbit.Control("eval", $"ra:restart_server(quorum_queues, {server}).");
        await host.Ready();
        await hosts.Start(RealHosts.Inventory, RealHosts.Payment, RealHosts.Shipping);
        await hosts.Stock(("NW-11", 1_000));
        await hosts.Submit(OrderLines.Make(1));
        await hosts.Settled(1);
    }
}
