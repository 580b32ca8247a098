using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Journal;
using Orchestrator.MassTransit.Broker;
using Orchestrator.Tests.Integration.Embedded;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>Messages for which no queue is bound at the broker.</summary>
[Category("Broker")]
public class What_no_queue_takes
{
    const string Listener = "listener", Relay = "relay-commands";

    static readonly string Saga = SagaQueues.Outcomes("order-fulfilment");

    RealHosts _hosts = null!;
    IConnection _connection = null!;
    IChannel _channel = null!;

    [SetUp]
    public async Task Start()
    {
        _hosts = await RealHosts.On();
        _connection = await new ConnectionFactory { Uri = _hosts.Broker }.CreateConnectionAsync();
        _channel = await _connection.CreateChannelAsync();
    }

    [TearDown]
    public async Task Stop()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
        await _hosts.DisposeAsync();
    }

    [Test]
    public async Task Waits_with_a_warning_when_it_is_an_outcome_and_holds_up_no_other()
    {
        const int Payments = 20;
        await BrokerQueues.DeclareWork(_channel, Saga, default, typeof(PaymentAuthorized));
        await BrokerQueues.DeclareWork(_channel, Listener, default, typeof(PaymentRefused));
        await _channel.ExchangeUnbindAsync(Saga, BrokerQueues.Event(typeof(PaymentAuthorized)), "");
        await _hosts.Start(RealHosts.Payment);
        await Ask(Payments, "VINET");
        await Says(
            RealHosts.Payment, $"{BrokerQueues.Event(typeof(PaymentAuthorized))} has taken no message for",
            "(there is no queue for PaymentAuthorized)");
        await Ask(Payments, "DECLINE-1");
        await Arrive(Listener, Payments);

        await _channel.ExchangeBindAsync(Saga, BrokerQueues.Event(typeof(PaymentAuthorized)), "");
        await Arrive(Saga, Payments);
        await NothingIsSetAside("payment-commands");

        async Task Ask(int payments, string customer)
        {
            var endpoint = await (await _hosts.Bus()).GetSendEndpoint(new Uri("exchange:payment-commands"));
            for (var i = 0; i < payments; i++)
                await endpoint.Send(new AuthorizePayment(Guid.CreateVersion7(), 1, customer, new Money(10m, "USD")));
        }
    }

    [Test]
    public async Task Waits_with_a_warning_when_it_is_an_event_that_somebody_must_hear_and_is_gone_when_it_is_public()
    {
        await _hosts.Start(RealHosts.Worker);
        var bus = await _hosts.Bus();
        var fulfilled = (await _hosts.Submit(EmbeddedRun.Line(Guid.CreateVersion7()))).Single();
        await Takes(
            fulfilled, "ReserveStock, AuthorizePayment", new StockReserved(fulfilled, 1), new PaymentAuthorized(fulfilled, 1, "AUTH-1"));
        await Takes(fulfilled, "BookShipment", new ShipmentBooked(fulfilled, 1, "S-1"));
        await Takes(fulfilled, "CapturePayment", new PaymentCaptured(fulfilled, 1, new Money(168m, "USD")));
        await Takes(fulfilled, "DispatchShipment", new ShipmentDispatched(fulfilled, 1, "T-1"));
        await Says(
            RealHosts.Worker, $"{BrokerQueues.Event(typeof(OrderFulfilled))} has taken no message for",
            "(there is no queue for OrderFulfilled)");

        var cancelled = (await _hosts.Submit(EmbeddedRun.Line(Guid.CreateVersion7(), customer: "DECLINE-1"))).Single();
        await Takes(cancelled, "ReserveStock, AuthorizePayment", new StockRefused(cancelled, 1, "none left"));
        await Takes(cancelled, "AuthorizePayment", new PaymentVoided(cancelled, 1));
        await Eventually.Is(
            async () =>
                await _hosts.Count("orchestrator", "SELECT count(*) FROM saga WHERE completed_at IS NOT NULL") == 2,
                TimeSpan.FromMinutes(1),
            () => Task.FromResult("the other order does not end"));

        await BrokerQueues.DeclareWork(_channel, Listener, default, typeof(OrderFulfilled));
        await Arrive(Listener, 1);
        foreach (
            var queue in new[] { Saga, BrokerQueues.Redelivery(Saga, TimeSpan.FromSeconds(1)),
                BrokerQueues.Redelivery(Saga, TimeSpan.FromSeconds(2)) })
            await Arrive(queue, 0);
        _hosts.Running.Single().Output.ShouldNotContain("OrderCancelled has taken no message");
        (await _hosts.DeadLetters()).ShouldBeEmpty();

        async Task Takes(Guid order, string step, params object[] outcomes)
        {
            await Eventually.Is(
                async () =>
                    await _hosts.Count("orchestrator", $"SELECT count(*) FROM saga WHERE id = '{order}' AND step = '{step}'") == 1,
                    TimeSpan.FromMinutes(1),
                () => Task.FromResult($"the order does not come to {step}"));
            foreach (var outcome in outcomes)
                await bus.Publish(outcome);
        }
    }

    [Test]
    public async Task Comes_back_to_whoever_publishes_it_unless_it_is_public()
    {
        var bus = await _hosts.Bus();
        await Should.ThrowAsync<MessageReturnedException>(() => bus.Publish(Order()));
        await bus.Publish(new OrderCancelled(Guid.CreateVersion7(), "ReserveStock", "none left"));
    }

    [Test]
    public async Task Is_not_even_sent_when_no_contract_knows_it()
    {
        (await Should.ThrowAsync<UnknownContractException>(
            async () => await (await _hosts.Bus()).Publish(new Stray(1)))).Message.ShouldContain(nameof(Stray));
        (await Should.ThrowAsync<OperationInterruptedException>(
            () => _channel.ExchangeDeclarePassiveAsync(BrokerQueues.Event(typeof(Stray))))).ShutdownReason!.ReplyCode.ShouldBe((ushort)404);
    }

    [Test]
    public async Task Makes_what_caused_it_wait_without_an_attempt_whoever_sends_it()
    {
        var handled = 0;
        await using var relay = await Receive<CancelOrder>(context =>
        {
            Interlocked.Increment(ref handled);
            return context.Publish(Order());
        });
        await Send(new CancelOrder(Guid.CreateVersion7(), "ada", "to relay it"));
        // A message that fails gets only four attempts at once, and then a redelivery.
        await Eventually.Is(() => Task.FromResult(handled > 10), "it does not come again");
        await NothingIsSetAside(Relay);
        await BrokerQueues.DeclareWork(_channel, Listener, default, typeof(OrderSubmitted));
        await Arrive(Listener, 1);
        await NothingIsSetAside(Relay);
    }

    // A record that is no contract message: it is for no saga, and no queue takes it.
    public sealed record Stray(int Number);

    async Task<Bus> Receive<T>(MessageHandler<T> handler)
        where T : class
    {
        BrokerAddress.TryParse(_hosts.Broker.ToString(), out var address).ShouldBeTrue();
        var bus = global::MassTransit.Bus.Factory.CreateUsingRabbitMq(transport =>
        {
            address!.ApplyTo(transport, "relay");
            new BrokerConventions
            {
                Source = "relay",
                Options = new BrokerOptions { Redelivery = [TimeSpan.FromMilliseconds(200)] }
            }.ApplyTo(transport);
            transport.ReceiveEndpoint(Relay, endpoint =>
            {
                endpoint.ConfigureConsumeTopology = false;
                endpoint.Handler(handler);
            });
        });
        await bus.StartAsync();
        return new Bus(bus);
    }

    async Task Send(object message)
    {
        var endpoint = await (await _hosts.Bus()).GetSendEndpoint(new Uri($"exchange:{Relay}"));
        await endpoint.Send(message);
    }

    static OrderSubmitted Order() =>
        new(Guid.CreateVersion7(), "10248", "VINET", DateTimeOffset.UnixEpoch, "USD", [new("NW-11", 12, 14.0m)], new("France", "51100"));

    async Task Says(string host, params string[] words)
    {
        var said = _hosts.Running.Single(running => running.Name == host);
        await Eventually.Is(
            () => Task.FromResult(said.Output.Split('\n').Any(line => words.All(word => line.Contains(word, StringComparison.Ordinal)))),
            TimeSpan.FromMinutes(1), () =>
                Task.FromResult($"it does not say {string.Join(" … ", words)}:{Environment.NewLine}{said.Output}"));
    }

    Task Arrive(string queue, uint messages) => Eventually.Is(
        async () => await _channel.MessageCountAsync(queue) == messages, TimeSpan.FromMinutes(1),
        async () => $"{queue} has {await _channel.MessageCountAsync(queue)} messages, and {messages} should have come");

    async Task NothingIsSetAside(string queue)
    {
        foreach (var setAside in BrokerQueues.AllSetAside(queue))
        {
            await BrokerQueues.DeclareSetAside(_channel, setAside, default);
            (await _channel.MessageCountAsync(setAside)).ShouldBe(0u, setAside);
        }
    }

    sealed class Bus(IBusControl control) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await control.StopAsync(TimeSpan.FromSeconds(10));
    }
}
