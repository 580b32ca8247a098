using System.Text;
using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Tests.Integration.Embedded;
using Orchestrator.Tests.Integration.Hosts;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Integration.Telemetry;

/// <summary>
/// The customer and the address of an order are known only to the parties. Logs, metrics and traces must not contain them.
/// </summary>
public class Personal_data
{
    static readonly string[] Customers = ["Zebulon-Quux", "DECLINE-Zebulon", "NOCAPTURE-Zebulon"];
    static readonly string[] Personal =
    [
        .. Customers, "Atlantis", "Mallory-Quux", "Ophelia-Quux", "because-my-aunt-is-ill", "Persephone-Quux", "Calypso-Quux",
    ];

    // The message that is set aside below.
    const int DeadLetters = 10;

    [Test]
    public async Task Is_neither_in_logs_nor_in_what_is_exported()
    {
        await using var traced = await TracedHosts.Start();
        var hosts = traced.Hosts;
        var orders = await hosts.Submit(
            [.. Customers.Select(customer => EmbeddedRun.Line(Guid.CreateVersion7(), customer, country: "Atlantis"))]);
        await hosts.Ended(orders.Count);
        var bus = await hosts.Bus();
        await SendWhatFails(bus, orders[0]);
        await PutWhatIsUnreadable(hosts.Broker);
        await SendOperatorCommands(bus);
        await RefuseRows(hosts, bus, orders[1]);
        await Eventually.Is(
            () => Task.FromResult(hosts.Running.Any(host => host.Output.Contains("HoldStep is refused", StringComparison.Ordinal))),
            "the second was not refused");
        await Eventually.Is(
            () => Task.FromResult(hosts.Running.Any(host => host.Output.Contains("CompensateSaga is refused", StringComparison.Ordinal))),
            "it was not refused");
        await Eventually.Is(
            async () => (await hosts.DeadLetters()).Count == DeadLetters, TimeSpan.FromMinutes(2),
            async () => $"set aside were {string.Join(Environment.NewLine, await hosts.DeadLetters())}");
        await traced.Journalled(orders[0], "message_type = 'CancelOrder'");
        var letters = await hosts.Store("orchestrator")
            .Read(sql =>
                sql.Query(
                    "SELECT message_id, reason, stack FROM dead_letter", row =>
                        (Id: row.GetGuid(0), Reason: row.GetString(1), Stack: row.GetString(2))));
        foreach (var host in hosts.Running)
            (await host.Stop()).ShouldBe(0); // The remaining data is exported at the stop.

        traced.Receiver.Holds(orders[0].ToString()).ShouldBeTrue("the exported data mentions the orders");
        traced.Receiver.Holds("PaymentConflictException").ShouldBeTrue("the exported data mentions failures");
        traced.Receiver.Holds("violates check constraint").ShouldBeTrue("the exported data mentions the database");
        ShouldTellNoSecret(traced, letters);
        ShouldTellEachBriefly(hosts, letters);
    }

    // Messages that fail and are therefore logged: a customer that changes, one that is not acceptable, one that comes too late.
    static async Task SendWhatFails(IBus bus, Guid order)
    {
        await Send(bus, "payment-commands", new AuthorizePayment(order, 1, "Mallory-Quux", new Money(1m, "USD")));
        await Send(bus, OrderQueues.Commands, new CancelOrder(order, "Zebulon-Quux", "because-my-aunt-is-ill"));
        await bus.Publish(new OrderSubmitted(
            Guid.CreateVersion7(), new string('1', 300), "Zebulon-Quux", DateTimeOffset.UtcNow, "USD", [new OrderLine("NW-11", 1, 1m)],
            new ShipTo("Atlantis", null)));
    }

    // Messages that can't be read: no JSON at all, and JSON of another form.
    static async Task PutWhatIsUnreadable(Uri broker)
    {
        foreach (var queue in new[] { "payment-commands", OrderQueues.Commands })
        {
            await Put(broker, queue, "nPersephone-Quux");
            await Put(broker, queue, Envelope(
                queue == "payment-commands" ? typeof(AuthorizePayment) : typeof(CancelOrder),
                """{"orderId":"Persephone-Quux","epoch":"Persephone-Quux","customerId":7,"requestedBy":7}"""));
        }
    }

    // Operators: an accepted command, a refused one, and one that contradicts its header.
    static async Task SendOperatorCommands(IBus bus)
    {
        foreach (var _ in new[] { "held", "refused" })
        {
            await Send(
                bus, OperatorQueues.Commands, new HoldStep("order-fulfilment", "BookShipment", "Mallory-Quux", "because-my-aunt-is-ill"));
        }

        await Send(bus, OrderQueues.Commands, new CompensateSaga(Guid.CreateVersion7(), null, "Mallory-Quux", "because-my-aunt-is-ill"));
        await (await bus.GetSendEndpoint(new Uri($"exchange:{OperatorQueues.Commands}"))).Send(
            new HoldStep("order-fulfilment", HoldStep.Intake, "Mallory-Quux", "because-my-aunt-is-ill"), context =>
                context.Headers.Set(WireHeaders.Actor, "Ophelia-Quux"));
    }

    // Databases that refuse a row and quote it.
    static async Task RefuseRows(RealHosts hosts, IBus bus, Guid order)
    {
        await hosts.Store("payment")
            .Write(sql =>
                sql.Execute("ALTER TABLE payment_operation ADD CONSTRAINT nobody CHECK (customer_id <> 'Calypso-Quux') NOT VALID"));
        await hosts.Store("orchestrator")
            .Write(sql => sql.Execute("ALTER TABLE journal ADD CONSTRAINT nobody CHECK (event::text NOT LIKE '%Calypso-Quux%') NOT VALID"));
        await Send(bus, "payment-commands", new AuthorizePayment(Guid.CreateVersion7(), 1, "Calypso-Quux", new Money(1m, "USD")));
        await hosts.Submit(EmbeddedRun.Line(Guid.CreateVersion7(), "Calypso-Quux"));
        await Send(bus, OrderQueues.Commands, new CancelOrder(order, "Calypso-Quux", "because-my-aunt-is-ill"));
    }

    static void ShouldTellNoSecret(TracedHosts traced, IReadOnlyList<(Guid Id, string Reason, string Stack)> letters)
    {
        foreach (var secret in Personal)
        {
            traced.Receiver.Holds(secret).ShouldBeFalse($"{secret} was exported");
            traced.Hosts.Running.Where(host => host.Output.Contains(secret, StringComparison.Ordinal))
                .Select(host => $"{host.Name}: {Line(host, secret)}").ShouldBeEmpty($"{secret} was logged");
            letters.Where(
                letter =>
                    letter.Reason.Contains(secret, StringComparison.Ordinal) || letter.Stack.Contains(secret, StringComparison.Ordinal))
                    .ShouldBeEmpty($"{secret} is repeated");
        }
    }

    // One line says that the message is set aside, and a line of the worker says that it is kept. None has a stack trace.
    static void ShouldTellEachBriefly(RealHosts hosts, IReadOnlyList<(Guid Id, string Reason, string Stack)> letters)
    {
        var lines = hosts.Running.SelectMany(host => host.Output.Split('\n')).ToList();
        foreach (var letter in letters)
        {
            var told = lines.Where(line => line.Contains(letter.Id.ToString(), StringComparison.Ordinal)).ToList();
            told.Count(line => line.Contains(" is set aside (", StringComparison.Ordinal)).ShouldBe(1, string.Join('\n', told));
            told.Count(line => line.Contains("Dead letter: ", StringComparison.Ordinal)).ShouldBe(1, string.Join('\n', told));
            told.Count.ShouldBeLessThanOrEqualTo(4, string.Join('\n', told)); // Two more lines for its further attempts.
        }

        lines.ShouldNotContain(line => line.Contains("   at ", StringComparison.Ordinal));
    }

    static async Task Send<T>(IBus bus, string queue, T message)
        where T : class => await (await bus.GetSendEndpoint(new Uri($"exchange:{queue}"))).Send(message);

    static string Line(HostProcess host, string secret) =>
        host.Output.Split('\n').First(line => line.Contains(secret, StringComparison.Ordinal));

    static string Envelope(Type type, string message) =>
        $$"""{"messageId":"{{Guid.CreateVersion7()}}","messageType":["urn:message:{{type.Namespace}}:{{type.Name}}"],"message":"""
        + $$"""{{message}}}""";

    static async Task Put(Uri broker, string queue, string body)
    {
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await channel.BasicPublishAsync(
            "", queue, mandatory: true,
            new BasicProperties
            {
                MessageId = Guid.CreateVersion7().ToString(),
                ContentType = "application/vnd.masstransit+json",
                Persistent = true
            }, Encoding.UTF8.GetBytes(body));
    }
}
