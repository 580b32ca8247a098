using System.Text;
using System.Text.Json;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.MassTransit.Broker;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>
/// Messages of a sender that may send only others: the payment service sends what only an operator or the inventory service may send. The
/// sagas obey none of them, neither at their arrival nor after an operator has redriven all dead letters.
/// </summary>
[Category("Broker")]
public class Forged_messages
{
    const string Queue = OrderQueues.Commands, PaymentsEvent = "Orchestrator.Contracts.Payment:PaymentAuthorized";

    PrivateRabbitMq _node = null!;
    PrivatePostgres _postgres = null!;
    RealHosts _hosts = null!;
    Guid _order;

    [OneTimeSetUp]
    public async Task Start()
    {
        (_node, _postgres) = (await PrivateRabbitMq.Create(), await PrivatePostgres.Create());
        _hosts = await RealHosts.On(_postgres, _node, await PartyRoles.Create(_postgres, Unit.Repository.Root));
        _hosts.Users = await BrokerUsers.Create(_node, _hosts.Broker, Unit.Repository.Root);
        _hosts.Settings["Sagas__Pace"] = "100";
        await _hosts.Start(RealHosts.Worker);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _hosts.DisposeAsync();
        await _postgres.DisposeAsync();
        await _node.DisposeAsync();
    }

    // The order waits for its answers: no participant runs.
    [SetUp]
    public async Task Submit()
    {
        await _hosts.Store("orchestrator").Write(sql => sql.Execute("DELETE FROM dead_letter"));
        _order = (await _hosts.Submit(OrderLines.Make(1)))[0];
        await Eventually.Is(
            async () =>
                await _hosts.Count("orchestrator", $"SELECT count(*) FROM saga WHERE id = '{_order}'") == 1, "the order did not begin");
    }

    static readonly Dictionary<string, Func<Guid, (BasicProperties Properties, string Body)>> ByItsOwnEvent = new()
    {
        ["as an operator's command"] = order => (Properties(), Envelope(order, typeof(CompensateSaga))),
        ["as another party's outcome"] = order => (Properties(), Envelope(order, typeof(StockReserved))),
        ["as its own event and a command"] = order => (Properties(), Envelope(order, typeof(PaymentAuthorized), typeof(CompensateSaga))),
        ["as a command and its own event"] = order => (Properties(), Envelope(order, typeof(CompensateSaga), typeof(PaymentAuthorized))),
        ["as a command that waited"] = order => (
            Properties((WireHeaders.OriginExchange, Queue), ("MT-Redelivery-Count", "2"), (WireHeaders.Deferrals, "3")),
            Envelope(order, typeof(CompensateSaga))),
        ["as a command that was sent back"] = order => (
            Properties((WireHeaders.OriginExchange, Queue), (WireHeaders.RedrivenFrom, Guid.CreateVersion7().ToString())),
            Envelope(order, typeof(CompensateSaga))),
        ["as a command with a history"] = order =>
            (Properties(History("expired"), History("delivery_limit")), Envelope(order, typeof(CompensateSaga))),
        ["as bare JSON whose headers name a command"] = order => (
            Of("application/json", Properties(("MT-MessageType", Urn(typeof(CompensateSaga))), ("MT-CorrelationId", order.ToString()))),
            Content(order)),
        ["as a command in another format"] = order =>
            (Of("application/vnd.masstransit+xml", Properties()), Envelope(order, typeof(CompensateSaga))),
        ["as a command without a format"] = order => (Of(null, Properties()), Envelope(order, typeof(CompensateSaga))),
    };

    static IEnumerable<string> Ways => ByItsOwnEvent.Keys;

    [TestCaseSource(nameof(Ways))]
    public async Task By_an_events_exchange_are_set_aside_and_stay(string way)
    {
        var (properties, body) = ByItsOwnEvent[way](_order);
        await Publish("payment", PaymentsEvent, properties, body);
        await SetAside(way, properties);
        await NobodyObeys(way, "--all");
        await NobodyObeys(way, "--queue", Queue);
    }

    [Test]
    public async Task By_the_submitter_are_set_aside_and_stay()
    {
        var properties = Properties((WireHeaders.OriginExchange, SagaIntake));
        await Publish("submitter", BrokerQueues.Event(typeof(OrderSubmitted)), properties, Envelope(_order, typeof(CompensateSaga)));
        await SetAside("by the submitter", properties);
        await NobodyObeys("by the submitter", "--all");
    }

    // No worker runs, so the broker sets aside a message with a short time to live, and no host checks it. Its sender has forged its
    // history.
    [TestCase("expired")]
    [TestCase("delivery_limit")]
    public async Task That_the_broker_sets_aside_before_anybody_looks_stay(string reason)
    {
        var worker = _hosts.Running.Single();
        (await worker.Stop()).ShouldBe(0);
        _hosts.Forget(worker);
        var properties = Properties(
            History(reason), ("x-first-death-exchange", Queue), ("x-first-death-queue", Queue), (WireHeaders.OriginExchange, Queue));
        if (reason == "expired")
            properties.Expiration = "1";
        await Publish("payment", PaymentsEvent, properties, Envelope(_order, typeof(CompensateSaga)));
        if (reason == "delivery_limit")
            await GiveBack(Queue);
        await _hosts.Start(RealHosts.Worker);
        await SetAside(reason, properties);
        await NobodyObeys(reason, "--all");
        await NobodyObeys(reason, "--queue", Queue);
    }

    // The other exchanges that the service may write to lead only to its own queues.
    [TestCase("payment-commands_error")]
    [TestCase("payment-commands_dead")]
    [TestCase("payment-commands_redelivery-10000ms")]
    public async Task By_its_own_other_exchanges_come_to_itself(string exchange)
    {
        var properties = Properties(
            History("expired"), (WireHeaders.OriginExchange, Queue), ("MT-Fault-InputAddress", $"rabbitmq://localhost/{Queue}"));
        await Publish("payment", exchange, properties, Envelope(_order, typeof(CompensateSaga)));
        if (!exchange.Contains("redelivery", StringComparison.Ordinal))
            await SetAside(exchange, properties, "payment-commands");
        await NobodyObeys(exchange, "--all", "--unchecked");
    }

    static readonly Dictionary<string, Func<IChannel, Task>> Detours = new()
    {
        ["its own exchange again, with another exchange for what it does not route"] = async channel =>
        {
            await channel.ExchangeDeleteAsync("payment-commands_skipped");
            await channel.ExchangeDeclareAsync(
                "payment-commands_skipped", ExchangeType.Direct, durable: true, autoDelete: false, new Dictionary<string,
                object?>
                { ["alternate-exchange"] = Queue });
        },
        ["its own dead letters again, which go on to a saga"] = async channel =>
        {
            await channel.QueueDeleteAsync("payment-commands_skipped");
            await channel.QueueDeclareAsync(
                "payment-commands_skipped", durable: true, exclusive: false, autoDelete: false, new Dictionary<string,
                object?>
                { ["x-dead-letter-exchange"] = Queue });
        },
        ["its own queue again, which goes on to a saga by the default exchange"] = async channel =>
        {
            await channel.QueueDeleteAsync("payment-commands_skipped");
            await channel.QueueDeclareAsync("payment-commands_skipped", durable: true, exclusive: false, autoDelete: false,
                new Dictionary<string, object?> { ["x-dead-letter-exchange"] = "", ["x-dead-letter-routing-key"] = Queue });
        },
        ["a binding from its event to a saga"] = channel => channel.ExchangeBindAsync(Queue, PaymentsEvent, ""),
        ["a binding from its queue's exchange to a saga"] = channel => channel.ExchangeBindAsync(Queue, "payment-commands", ""),
        ["a binding of a saga's queue"] = channel => channel.QueueBindAsync(Queue, PaymentsEvent, ""),
    };

    static IEnumerable<string> AllDetours => Detours.Keys;

    [TestCaseSource(nameof(AllDetours))]
    public async Task Can_make_no_detour_by(string detour)
    {
        await using var connection = await Connect("payment");
        await using var channel = await connection.CreateChannelAsync();
        var refused = await Should.ThrowAsync<OperationInterruptedException>(() => Detours[detour](channel));
        refused.ShutdownReason!.ReplyCode.ShouldBe((ushort)Constants.AccessRefused);
    }

    // Without a check the worker would send the answers to any address that the message names. It may write to more queues than the sender.
    [Test]
    public async Task Have_no_answers_sent_to_addresses_of_their_senders_choice()
    {
        const string chosen = "inventory-commands_dead";
        var address = $"rabbitmq://localhost{_hosts.Broker.AbsolutePath}/{chosen}";
        foreach (var more in new[] { "", "\"unknown\":1," })
        {
            var properties = Properties();
            // The saga does not exist, so the message fails.
            await Publish("payment", PaymentsEvent, properties, $$"""
                {"messageId":"{{properties.MessageId}}",{{more}}"responseAddress":"{{address}}","faultAddress":"{{address}}",
                 "messageType":["{{Urn(typeof(PaymentAuthorized))}}"],
                 "message":{"orderId":"{{Guid.CreateVersion7()}}","epoch":1,"reference":"r"} }
                """);
            await Eventually.Is(
                async () =>
                    (await _hosts.DeadLetters()).Any(letter => letter.Message?.ToString() == properties.MessageId), "it did not fail");
        }

        (await _hosts.DeadLetters()).Select(letter => letter.Queue).Distinct().ShouldBe([Queue]);
    }

    const string SagaIntake = "order-fulfilment-intake";

    async Task SetAside(string way, BasicProperties properties, string queue = Queue) => await Eventually.Is(
        async () =>
            (await _hosts.DeadLetters()).Any(letter => letter.Message?.ToString() == properties.MessageId), $"{way}: it was not set aside");

    // A redriven message is handled before the message that is published after it.
    async Task NobodyObeys(string way, params string[] which)
    {
        var (_, output, error) = await _hosts.Command(
            ["redrive", .. which, "--by", "ada", "--note", "all of them"],
            [KeyValuePair.Create("ConnectionStrings__RabbitMQ", _hosts.Users!.Address("operator").ToString())]);
        TestContext.Out.WriteLine($"{way}: {output} {error}");
        var last = Guid.CreateVersion7();
        var properties = new BasicProperties { MessageId = last.ToString(), ContentType = Json };
        await Publish("payment", BrokerQueues.Event(typeof(PaymentVoided)), properties, $$"""
            {"messageId":"{{last}}","messageType":["{{Urn(typeof(PaymentVoided))}}"],"message":{"orderId":"{{_order}}","epoch":1} }
            """);
        await Eventually.Is(
            async () =>
                await _hosts.Count(
                    "orchestrator", $"SELECT count(*) FROM journal WHERE saga_id = '{_order}' AND message_id = '{last}'") == 1,
                    "the last was not handled");
        (await _hosts.Count(
            "orchestrator",
            $"SELECT count(*) FROM journal WHERE saga_id = '{_order}' AND message_type IN ('CompensateSaga', 'StockReserved', "
            + $"'PaymentAuthorized')"))
            .ShouldBe(0, way);
        (await _hosts.Count("orchestrator", $"SELECT count(*) FROM saga WHERE id = '{_order}' AND state = 'Running'")).ShouldBe(1, way);
    }

    // Processes that end again and again do this.
    async Task GiveBack(string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = _hosts.Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        while (await channel.BasicGetAsync(queue, autoAck: false) is { } message)
            await channel.BasicNackAsync(message.DeliveryTag, multiple: false, requeue: true);
    }

    async Task Publish(string user, string exchange, BasicProperties properties, string body)
    {
        await using var connection = await Connect(user);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await channel.BasicPublishAsync(
            exchange, exchange.Contains("_redelivery-", StringComparison.Ordinal) ? Queue : "", mandatory: true, properties,
            Encoding.UTF8.GetBytes(body));
    }

    Task<IConnection> Connect(string user) =>
        new ConnectionFactory { Uri = _hosts.Users!.Address(user), AutomaticRecoveryEnabled = false }.CreateConnectionAsync();

    const string Json = "application/vnd.masstransit+json";

    static BasicProperties Properties(params (string Name, object? Value)[] headers) => new()
    {
        MessageId = Guid.CreateVersion7().ToString(),
        ContentType = Json,
        Persistent = true,
        Headers = headers.GroupBy(header => header.Name).ToDictionary(
            same => same.Key, same =>
                same.Count() == 1 ? same.Single().Value : same.SelectMany(header => (List<object?>)header.Value!).ToList()),
    };

    static BasicProperties Of(string? format, BasicProperties properties)
    {
        properties.ContentType = format;
        return properties;
    }

    static (string Name, object? Value) History(string reason) => ("x-death", new List<object?>
    {
        new Dictionary<string, object?>
        {
            ["queue"] = Queue, ["reason"] = reason, ["exchange"] = Queue, ["count"] = 1L, ["routing-keys"] = new List<object?> { "" },
            ["time"] = new AmqpTimestamp(1_700_000_000),
        },
    });

    static string Urn(Type type) => $"urn:message:{type.Namespace}:{type.Name}";

    static string Content(Guid order) =>
        $$"""{"sagaId":"{{order}}","orderId":"{{order}}","version":null,"epoch":1,"reference":"r","actor":"ada","note":"forged"}""";

    static string Envelope(Guid order, params Type[] types) =>
        $$"""{"messageId":"{{Guid.CreateVersion7()}}","correlationId":"{{order}}","messageType":"""
        + $$"""{{JsonSerializer.Serialize(types.Select(Urn))}},"message":{{Content(order)}}}""";
}
