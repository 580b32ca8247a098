using System.Text;
using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.MassTransit.Broker;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>Messages that can't be handled, among many that can.</summary>
[Category("Broker")]
public class A_poison_message
{
    RealHosts _hosts = null!;
    Guid _message, _order;

    [OneTimeSetUp]
    public async Task Start()
    {
        _hosts = await RealHosts.On();
        await _hosts.Start(RealHosts.Worker, RealHosts.Inventory, RealHosts.Payment, RealHosts.Shipping);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _hosts.DisposeAsync();

    [SetUp]
    public async Task Begin()
    {
        (_message, _order) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await _hosts.Store("orchestrator").Write(sql => sql.Execute("DELETE FROM dead_letter"));
    }

    [TearDown]
    public async Task Leaves_nothing_at_the_broker()
    {
        await using var connection = await new ConnectionFactory { Uri = _hosts.Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        foreach (
            var queue in new[] { "payment-commands_dead", "payment-commands_error", "payment-commands_skipped", "order-fulfilment_error" })
        {
            // The host declares the queue before it takes messages from it.
            await BrokerQueues.DeclareSetAside(channel, queue, CancellationToken.None);
            await Eventually.Is(async () => await channel.MessageCountAsync(queue) == 0, $"{queue} is not empty");
        }
    }

    [Test]
    public async Task That_is_no_json_is_set_aside_as_it_came()
    {
        await Put(_hosts, "payment-commands", "no JSON", "application/vnd.masstransit+json");
        var letter = await TheDeadLetter(_hosts);
        (letter.Queue, letter.Message).ShouldBe(("payment-commands", _message));
        letter.Reason.ShouldBe("System.Text.Json.JsonReaderException: no valid JSON from byte 1 of line 1 on");
        (await _hosts.Count(
            "orchestrator",
            "SELECT count(*) FROM dead_letter WHERE body = 'no JSON' AND stack LIKE '%Utf8JsonReader%' AND NOT body_is_base64"))
            .ShouldBe(1);
    }

    [Test]
    public async Task That_this_version_does_not_know_waits_for_a_replica_that_does()
    {
        var endpoint = await (await _hosts.Bus()).GetSendEndpoint(new Uri("exchange:payment-commands"));
        await endpoint.Send(new OrderFulfilled(_order), context => context.MessageId = _message);
        var payment = _hosts.Running.Single(host => host.Name == RealHosts.Payment);
        await Eventually.Is(
            async () =>
                (await payment.HealthReport())
                .Contains("1 of urn:message:Orchestrator.Contracts.Orders:OrderFulfilled in payment-commands", StringComparison.Ordinal),
            "its host does not say that it waits");
        (await payment.Answers("/health/ready")).ShouldBe(200, "it works");

        // A replica of the next version takes the messages that the old one deferred. A deferral was no failed attempt.
        await using var connection = await new ConnectionFactory { Uri = _hosts.Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var came = new TaskCompletionSource<IReadOnlyBasicProperties>();
        var consumer = new RabbitMQ.Client.Events.AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            came.TrySetResult(new BasicProperties(delivery.BasicProperties));
            return Task.CompletedTask;
        };
        await payment.Stop();
        await channel.BasicConsumeAsync("payment-commands", autoAck: true, consumer);
        var properties = await came.Task.WaitAsync(TimeSpan.FromMinutes(1));
        (properties.MessageId, Text(properties.Headers![MessageHeaders.RedeliveryCount])).ShouldBe((_message.ToString(), "0"));
        (await _hosts.DeadLetters()).ShouldBeEmpty();
        await channel.CloseAsync();
        await _hosts.Start(RealHosts.Payment);

        static string Text(object? header) => Encoding.UTF8.GetString((byte[])header!);
    }

    [Test]
    public async Task That_can_never_be_accepted_is_set_aside_at_once_with_the_reason()
    {
        await (await _hosts.Bus()).Publish(new PaymentVoided(_order, 1), context => context.MessageId = _message);
        var letter = await TheDeadLetter(_hosts);
        (letter.Queue, letter.Type, letter.Message, letter.Saga).ShouldBe(("order-fulfilment", "PaymentVoided", _message, _order));
        letter.Reason.ShouldEndWith($"PaymentVoided is for order-fulfilment {_order}, which does not exist");
    }

    [Test]
    public async Task That_fails_again_and_again_comes_again_under_its_id_before_it_is_set_aside()
    {
        var endpoint = await (await _hosts.Bus()).GetSendEndpoint(new Uri("exchange:payment-commands"));
        await endpoint.Send(new AuthorizePayment(_order, 1, "VINET", new Money(10m, "USD")));
        await Eventually.Is(
            async () => await _hosts.Count("payment", "SELECT count(*) FROM payment_operation") == 1, "the payment was not authorised");
        var asked = DateTimeOffset.UtcNow;
        await endpoint.Send(new AuthorizePayment(_order, 1, "MALLORY", new Money(10m, "USD")), context => context.MessageId = _message);
        await Eventually.Is(async () => (await _hosts.DeadLetters()).Any(letter => letter.Message == _message), "it was not set aside");
        (DateTimeOffset.UtcNow - asked).ShouldBeGreaterThan(TimeSpan.FromSeconds(3), "it waited one second, and then two");
        var letter = (await _hosts.DeadLetters()).Single(l => l.Message == _message);
        (letter.Queue, letter.Type, letter.Saga).ShouldBe(("payment-commands", "AuthorizePayment", _order));
        letter.Reason.ShouldContain("epoch 1 asked for 10");
        (await _hosts.Count("orchestrator", "SELECT count(*) FROM dead_letter WHERE headers #>> '{headers,MT-Redelivery-Count}' = '2'"))
            .ShouldBe(1);
    }

    [Test]
    public async Task That_ends_its_process_again_and_again_is_set_aside_by_the_broker()
    {
        // A consumer takes the message and disconnects, more often than the queue allows.
        await using var hosts = await RealHosts.On();
        var factory = new ConnectionFactory { Uri = hosts.Broker, AutomaticRecoveryEnabled = false };
        await using (var connection = await factory.CreateConnectionAsync())
        {
            await using var channel = await connection.CreateChannelAsync();
            await BrokerQueues.DeclareWork(channel, "payment-commands", CancellationToken.None);
            await Put(hosts, "payment-commands", "{}", "application/json");
            while (await channel.BasicGetAsync("payment-commands", autoAck: false) is { } message)
                await channel.BasicNackAsync(message.DeliveryTag, multiple: false, requeue: true);
        }

        await hosts.Start(RealHosts.Worker);
        var letter = await TheDeadLetter(hosts);
        (letter.Queue, letter.Message).ShouldBe(("payment-commands", _message));
        letter.Reason.ShouldContain("delivery_limit");
    }

    // Each message would be handled otherwise. The hold would stop all orders.
    [Test]
    public async Task That_nobody_could_be_held_to_is_set_aside()
    {
        var bus = await _hosts.Bus();
        await Send("payment-commands", new VoidPayment(_order, 1), context => context.MessageId = null);
        await Send(
            "orchestrator-commands", new HoldStep("order-fulfilment", HoldStep.Intake, "ada", "closed"), context =>
                context.Headers.Set(WireHeaders.Actor, "eve"));
        await Send(
            "order-fulfilment", new CancelOrder(_order, "VINET", "changed my mind"), context =>
                context.Headers.Set(WireHeaders.Actor, "eve"));
        await Send("order-fulfilment", new CancelOrder(Guid.Empty, "VINET", "changed my mind"), _ => { });
        await Eventually.Is(async () => (await _hosts.DeadLetters()).Count >= 4, "they were not set aside");
        (await _hosts.DeadLetters()).Select(letter => $"{letter.Type}: {letter.Reason.Split(": ", 2)[1]}").ShouldBe(
            [
                "VoidPayment: the message has no message id: it can't be told apart from its copies",
                "HoldStep: the command names one person as its actor, and its header names another",
                "CancelOrder: the command names one person as its actor, and its header names another",
                "CancelOrder: CancelOrder names a saga whose id is all zeros, or none",
            ],
            ignoreOrder: true);

        async Task Send<T>(string queue, T message, Action<SendContext<T>> with)
            where T : class => await (await bus.GetSendEndpoint(new Uri($"exchange:{queue}"))).Send(message, with);
    }

    [TestCase("-3")]
    [TestCase(-3)]
    [TestCase(1e308)]
    [TestCase(true)]
    public async Task That_claims_an_impossible_number_of_tries_is_set_aside_with_its_own_reason(object tries)
    {
        await Put(_hosts, "payment-commands", "no JSON", "application/vnd.masstransit+json", (MessageHeaders.RedeliveryCount, tries));
        (await TheDeadLetter(_hosts)).Reason.ShouldBe("System.Text.Json.JsonReaderException: no valid JSON from byte 1 of line 1 on");
    }

    static async Task<(string Queue, string? Type, Guid? Message, Guid? Saga, string Reason)> TheDeadLetter(RealHosts hosts)
    {
        await Eventually.Is(async () => (await hosts.DeadLetters()).Count > 0, "nothing was set aside");
        return (await hosts.DeadLetters()).ShouldHaveSingleItem();
    }

    async Task Put(RealHosts hosts, string queue, string body, string contentType, params (string Name, object? Value)[] headers)
    {
        await using var connection = await new ConnectionFactory { Uri = hosts.Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await channel.BasicPublishAsync(
            "", queue, mandatory: true,
            new BasicProperties
            {
                MessageId = _message.ToString(),
                ContentType = contentType,
                Persistent = true,
                Headers = headers.ToDictionary(header => header.Name, header => header.Value)
            },
            Encoding.UTF8.GetBytes(body));
    }
}
