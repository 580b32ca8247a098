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

/// <summary>Who ordered, and where it goes, is nobody's business but the parties'.</summary>
public class Personal_data
{
    static readonly string[] Customers = ["Zebulon-Quux", "DECLINE-Zebulon", "NOCAPTURE-Zebulon"];
    static readonly string[] Personal = [.. Customers, "Atlantis", "Mallory-Quux", "because-my-aunt-is-ill", "Persephone-Quux"];

    [Test]
    public async Task Is_neither_in_logs_nor_in_what_is_exported()
    {
        await using var traced = await TracedHosts.Start();
        var orders = await traced.Hosts.Submit([.. Customers.Select(customer => EmbeddedRun.Line(Guid.CreateVersion7(), customer, country: "Atlantis"))]);
        await traced.Hosts.Ended(orders.Count);
        var bus = await traced.Hosts.Bus();
        // What fails, and so is told of: a customer who changes, a message that can't be read, one that is not acceptable, one that comes too late.
        await (await bus.GetSendEndpoint(new Uri("exchange:payment-commands"))).Send(new AuthorizePayment(orders[0], 1, "Mallory-Quux", new Money(1m, "USD")));
        await (await bus.GetSendEndpoint(new Uri($"exchange:{OrderQueues.Commands}"))).Send(new CancelOrder(orders[0], "Zebulon-Quux", "because-my-aunt-is-ill"));
        await Put(traced.Hosts.Broker, "payment-commands", "Persephone-Quux");
        await bus.Publish(new OrderSubmitted(
            Guid.CreateVersion7(), new string('1', 300), "Zebulon-Quux", DateTimeOffset.UtcNow, "USD", [new OrderLine("NW-11", 1, 1m)], new ShipTo("Atlantis", null)));
        foreach (var _ in new[] { "held", "refused" })
            await (await bus.GetSendEndpoint(new Uri($"exchange:{OperatorQueues.Commands}"))).Send(new HoldStep("order-fulfilment", "BookShipment", "ada", "because-my-aunt-is-ill"));
        await Eventually.Is(() => Task.FromResult(traced.Hosts.Running.Any(host => host.Output.Contains("HoldStep is refused", StringComparison.Ordinal))), "the second was not refused");
        await Eventually.Is(async () => (await traced.Hosts.DeadLetters()).Count == 3, "three messages should have been set aside");
        await traced.Journalled(orders[0], "message_type = 'CancelOrder'");
        foreach (var host in traced.Hosts.Running)
            (await host.Stop()).ShouldBe(0); // What is still to be exported is exported then.

        traced.Receiver.Holds(orders[0].ToString()).ShouldBeTrue("what has come speaks of the orders");
        traced.Receiver.Holds("PaymentConflictException").ShouldBeTrue("what has come speaks of failures");
        foreach (var secret in Personal)
        {
            traced.Receiver.Holds(secret).ShouldBeFalse($"{secret} was exported");
            traced.Hosts.Running.Where(host => host.Output.Contains(secret, StringComparison.Ordinal)).Select(host => host.Name).ShouldBeEmpty($"{secret} was logged");
        }
    }

    static async Task Put(Uri broker, string queue, string body)
    {
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await channel.BasicPublishAsync(
            "", queue, mandatory: true,
            new BasicProperties { MessageId = Guid.CreateVersion7().ToString(), ContentType = "application/vnd.masstransit+json", Persistent = true }, Encoding.UTF8.GetBytes(body));
    }
}
