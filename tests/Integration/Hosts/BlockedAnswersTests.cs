using Orchestrator.Contracts;
using Orchestrator.Contracts.Payment;
using Orchestrator.Journal;
using Orchestrator.MassTransit.Broker;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>A saga's queue that does not take the answers of a participant, and a broker that takes no messages at all.</summary>
[Category("Broker")]
public class What_is_put_off
{
    // More than the 256 messages that a host takes at once.
    const int Accepted = 400, Refused = 20;

    static readonly string Saga = SagaQueues.Outcomes("order-fulfilment");

    PrivateRabbitMq _rabbit = null!;
    RealHosts _hosts = null!;
    IConnection _connection = null!;
    IChannel _channel = null!;

    [OneTimeSetUp]
    public async Task StartBroker() => _rabbit = await PrivateRabbitMq.Create();

    [OneTimeTearDown]
    public async Task StopBroker() => await _rabbit.DisposeAsync();

    [SetUp]
    public async Task Start()
    {
        _hosts = await RealHosts.On(rabbit: _rabbit);
        _connection = await new ConnectionFactory { Uri = _hosts.Broker }.CreateConnectionAsync();
        _channel = await _connection.CreateChannelAsync(new CreateChannelOptions(true, true));
    }

    [TearDown]
    public async Task Stop()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
        await _hosts.DisposeAsync();
    }

    [Test]
    public async Task Is_the_answers_that_one_queue_does_not_take_while_those_to_another_go_out()
    {
        await SagaTakesOne();
        await BrokerQueues.DeclareWork(_channel, "refusals", default, typeof(PaymentRefused));
        await _hosts.Start(RealHosts.Payment);
        await Ask(Accepted, "VINET");
        await Eventually.Is(async () => await Known() == Accepted, "not all payments were authorised");
        await Ask(Refused, "DECLINE-1");
        await Eventually.Is(
            async () => await _channel.MessageCountAsync("refusals") == Refused, TimeSpan.FromSeconds(20), () =>
                Task.FromResult("the other answers do not go out"));
        // The queue takes the messages that were under way when it became full. They are few, since the host sends few at once.
        (await _channel.MessageCountAsync(Saga)).ShouldBeLessThan(100u);

        await SagaTakesAll();
        await Eventually.Is(async () => await _channel.MessageCountAsync(Saga) >= Accepted, "not all answers go out");
        (await Ids()).Count.ShouldBe(Accepted);
        await NothingIsSetAside("payment-commands");
    }

    [Test]
    public async Task Is_handled_in_the_end_however_often_it_was_put_off()
    {
        // More often than any limit: the broker's limit of deliveries is 50. The queue also takes the messages that come before it has told
        // the host that it is full.
        const int Times = 60, Payments = 40;
        _hosts.Settings["Broker__Redelivery__0"] = _hosts.Settings["Broker__Redelivery__1"] = "00:00:00.005";
        _hosts.Settings["Broker__Redelivery__2"] = "00:00:00.004";
        _hosts.Settings["Logging__LogLevel__Orchestrator.MassTransit.Broker.MessageLog"] = "Debug";
        await SagaTakesOne();
        await _hosts.Start(RealHosts.Payment);
        await Ask(Payments, "VINET");
        var host = _hosts.Running.Single();
        await Eventually.Is(
            () => Task.FromResult(
                host.Output.Split('\n')
                .Count(line => line.Contains("waits and comes again in", StringComparison.Ordinal)) > Payments * Times),
            TimeSpan.FromMinutes(2), () => Task.FromResult("it does not come again"));
        await SagaTakesAll();
        await Eventually.Is(async () => await _channel.MessageCountAsync(Saga) >= Payments, "not all answers go out");
        await NothingIsSetAside("payment-commands");
    }

    [Test, Category("Long")]
    public async Task Is_nothing_while_an_alarm_keeps_the_broker_from_taking_anything()
    {
        const int Orders = 100;
        await _hosts.Start(RealHosts.Worker, RealHosts.Inventory, RealHosts.Payment, RealHosts.Shipping);
        await _hosts.Stock(("NW-11", 100_000));
        await _hosts.Submit(OrderLines.Make(Orders));
        await Eventually.Is(
            async () => await _hosts.Count("orchestrator", "SELECT count(*) FROM journal") > Orders, "the orders don't move");
        // The alarm stays, whatever the node measures of its memory.
        await _rabbit.Control("eval", "rabbit_alarm:set_alarm({{resource_limit, memory, node()}, []}).");
        try
        {
            // Longer than the host waits for an answer of the broker.
            await Task.Delay(TimeSpan.FromSeconds(18));
        }
        finally
        {
            await _rabbit.Control("eval", "rabbit_alarm:clear_alarm({resource_limit, memory, node()}).");
        }

        await _hosts.Settled(Orders);
        await _hosts.Reconcile(100_000);
        foreach (var host in _hosts.Running)
            host.Output.ShouldNotContain("has taken no message");
    }

    async Task SagaTakesOne()
    {
        await BrokerQueues.DeclareWork(_channel, Saga, default, typeof(PaymentAuthorized));
        await Policy("set_policy", "full", $"^{Saga}$", """{"max-length":1}""", "--apply-to", "queues");
    }

    Task<string> SagaTakesAll() => Policy("clear_policy", "full");

    async Task Ask(int payments, string customer)
    {
        var endpoint = await (await _hosts.Bus()).GetSendEndpoint(new Uri("exchange:payment-commands"));
        await Task.WhenAll(
            Enumerable.Range(0, payments)
            .Select(_ => endpoint.Send(new AuthorizePayment(Guid.CreateVersion7(), 1, customer, new Money(10m, "USD")))));
    }

    Task<long> Known() => _hosts.Count("payment", "SELECT count(*) FROM payment_operation");

    async Task<HashSet<string>> Ids()
    {
        var ids = new HashSet<string>();
        while (await _channel.BasicGetAsync(Saga, autoAck: true) is { } message)
            ids.Add(message.BasicProperties.MessageId!);
        return ids;
    }

    async Task NothingIsSetAside(string queue)
    {
        foreach (var setAside in BrokerQueues.AllSetAside(queue))
        {
            await BrokerQueues.DeclareSetAside(_channel, setAside, default);
            (await _channel.MessageCountAsync(setAside)).ShouldBe(0u, setAside);
        }
    }

    Task<string> Policy(string command, params string[] arguments) =>
        _rabbit.Control([command, "-p", _hosts.Broker.AbsolutePath[1..], .. arguments]);
}
