using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Hosting.Commands;
using Orchestrator.Journal;
using Orchestrator.Local;
using Orchestrator.MassTransit.Broker;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>A message that is larger than the broker's limit.</summary>
public partial class A_message_that_is_too_large_for_the_broker
{
    static readonly TimeSpan Soon = TimeSpan.FromMinutes(2);

    [TestCase(true)]
    [TestCase(false)]
    public async Task Is_an_order_that_is_rejected_with_its_line_its_size_and_the_limit_while_the_others_go_on(bool submitOnly)
    {
        await using var rabbit = await PrivateRabbitMq.Create(largestMessage: 65_536);
        await using var hosts = await RealHosts.On(rabbit: rabbit);
        using var folder = new TemporaryFolder();
        await File.WriteAllLinesAsync(folder["orders.jsonl"], [Order(1), Order(3_000), Order(1), Order(4_000), Order(1)]);
        await File.WriteAllLinesAsync(folder["stock.csv"], ["sku,onHand", "NW-11,10000"]);
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet",
            [
                typeof(ProcessOptions).Assembly.Location, "process", "--orders", folder["orders.jsonl"], "--json", "--rabbitmq",
                hosts.Broker.ToString(),
                .. (string[])(submitOnly ? ["--submit-only"] : ["--stock", folder["stock.csv"], "--postgres", hosts.Postgres]),
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var saying = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (await Task.WhenAny(saying, Task.Delay(Soon)) != saying)
            process.Kill();
        var said = await saying;
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(ExitCode.Done, said[1]);
        Rejection().Matches(said[1]).Select(match => match.Groups[1].Value).ShouldBe(["2", "4"], ignoreOrder: true, said[1]);
        var summary = JsonDocument.Parse(said[0]).RootElement;
        summary.GetProperty(submitOnly ? "submitted" : "fulfilled").GetInt64().ShouldBe(3);
        summary.GetProperty("rejected").GetInt64().ShouldBe(2);
    }

    [Test]
    public async Task Is_a_command_whose_saga_gives_its_step_up_while_other_sagas_go_on()
    {
        await using var rabbit = await PrivateRabbitMq.Create(largestMessage: 1_900);
        await using var hosts = await RealHosts.On(rabbit: rabbit);
        hosts.Settings["Sagas__Pace"] = "0.02";
        await hosts.Start(RealHosts.Worker, RealHosts.Inventory, RealHosts.Payment, RealHosts.Shipping);
        await hosts.Stock(("NW-11", 1_000));
        var large = await Put(hosts, SagaQueues.Intake("order-fulfilment"), typeof(OrderSubmitted), Order(30));
        for (var i = 0; i < 5; i++)
            await Put(hosts, SagaQueues.Intake("order-fulfilment"), typeof(OrderSubmitted), Order(1));
        await hosts.Settled(6);
        (await hosts.States()).ShouldBe(new Dictionary<string, long> { ["Completed"] = 5, ["Cancelled"] = 1 }, ignoreOrder: true);
        await Eventually.Is(
            async () => (await hosts.DeadLetters()).Any(letter => letter.Message == large), "what caused it is not set aside");
        (await hosts.DeadLetters()).Select(letter => letter.Reason).ShouldAllBe(reason => Regex.IsMatch(
            reason, @"ReserveStock has \d,\d{3} bytes, and the broker takes no message of more than 1,900 \(its max_message_size\)"));
    }

    [Test]
    public async Task Is_an_outcome_whose_command_is_set_aside()
    {
        await using var rabbit = await PrivateRabbitMq.Create(largestMessage: 700);
        await using var hosts = await RealHosts.On(rabbit: rabbit);
        await using var connection = await new ConnectionFactory { Uri = hosts.Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await BrokerQueues.DeclareWork(channel, SagaQueues.Outcomes("order-fulfilment"), default, typeof(PaymentAuthorized));
        await hosts.Start(RealHosts.Payment);
        for (var i = 0; i < 3; i++)
        {
            var command = new AuthorizePayment(Guid.CreateVersion7(), 1, "VINET", new Money(10m, "USD"));
            await Put(hosts, "payment-commands", typeof(AuthorizePayment), JsonSerializer.Serialize(command, WireJson.Options));
        }

        await Eventually.Is(
            async () => await channel.MessageCountAsync("payment-commands_error") == 3, Soon, () =>
                Task.FromResult(hosts.Running[0].Output));
        var letter = await channel.BasicGetAsync("payment-commands_error", autoAck: true);
        Encoding.UTF8.GetString((byte[])letter!.BasicProperties.Headers!["MT-Fault-Message"]!).ShouldMatch(
            @"^PaymentAuthorized has [\d,]+ bytes, and the broker takes no message of more than 700 \(its max_message_size\)$");
    }

    static string Order(int lines)
    {
        const string Line = """{"sku":"NW-11","quantity":1,"unitPrice":1}""";
        var (id, all) = (Guid.CreateVersion7(), string.Join(',', Enumerable.Repeat(Line, lines)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"orderId":"{{id}}","orderNumber":"{{id:N}}","customerId":"VINET","placedAt":"""
            + $"\"1996-07-04T00:00:00Z\",\"currency\":\"USD\",\"lines\":[{all}],\"shipTo\":"
            + $$"""{"country":"France"} }""");
    }

    // The smallest possible message. The messages that it causes are larger.
    static async Task<Guid> Put(RealHosts hosts, string queue, Type type, string message)
    {
        await using var connection = await new ConnectionFactory { Uri = hosts.Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        var id = Guid.CreateVersion7();
        await channel.BasicPublishAsync(
            "", queue, mandatory: true,
            new BasicProperties { MessageId = $"{id}", ContentType = "application/vnd.masstransit+json", Persistent = true },
            Encoding.UTF8.GetBytes(
                $$"""{"messageId":"{{id}}","messageType":["{{MessageUrn.ForTypeString(type)}}"],"message":{{message}}}"""));
        return id;
    }

    [GeneratedRegex(
        @"orders\.jsonl:(\d): rejected: OrderSubmitted has \d{3},\d{3} bytes, and the broker takes no message of more than 65,536 "
        + @"\(its max_message_size\)")]
    private static partial Regex Rejection();
}
