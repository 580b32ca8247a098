using System.Text.Json;
using MassTransit;
using Orchestrator.Contracts.Payment;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Integration.Hosts;

[Category("Broker")]
public class Dead_letters_that_are_redriven
{
    RealHosts _hosts = null!;

    [SetUp]
    public async Task Start()
    {
        _hosts = await RealHosts.On();
        await _hosts.Start(RealHosts.Worker);
    }

    [TearDown]
    public Task Stop() => _hosts.DisposeAsync().AsTask();

    [Test]
    public async Task Come_back_under_their_ids_and_tell_who_wanted_it_and_why()
    {
        var order = OrderLines.Make(1);
        var (id, message) = (JsonDocument.Parse(order[0]).RootElement.GetProperty("orderId").GetGuid(), Guid.CreateVersion7());
        await (await _hosts.Bus()).Publish(new PaymentVoided(id, 1), context => context.MessageId = message);
        await Eventually.Is(
            async () => (await _hosts.DeadLetters()).Count == 1, "the outcome of an order that does not exist was not set aside");

        // Now the order exists.
        await _hosts.Submit(order);
        await Reached($"SELECT count(*) FROM saga WHERE id = '{id}'", 1);
        (await Redrive("--all", "--by", "ada", "--note", "the order is here")).ShouldBe((0, "sent=1 left=0"));
        await Reached($"SELECT count(*) FROM journal WHERE saga_id = '{id}' AND message_id = '{message}'", 1);
        (await _hosts.Count(
            "orchestrator",
            "SELECT count(*) FROM dead_letter WHERE redriven_by = 'ada' AND redriven_note = 'the order is here' AND redriven_at >= at"))
            .ShouldBe(1);
        (await Redrive("--all", "--by", "ada", "--note", "once more")).ShouldBe((0, "sent=0 left=0"));
        (await Redrive("--queue", "no-such-queue", "--by", "ada", "--note", "once more"))
            .ShouldBe((3, "redrive: no open dead letter came from 'no-such-queue'; the column source_queue has the names."));
    }

    [Test]
    public async Task Have_what_they_caused_sent_though_their_transition_is_committed_already()
    {
        var id = (await _hosts.Submit(OrderLines.Make(1)))[0];
        await Reached($"SELECT count(*) FROM journal WHERE saga_id = '{id}'", 1);
        await Eventually.Is(async () => (await Waiting("payment-commands")).Count == 1, "its command was not sent");
        // The state after a worker that died after each commit, before it could send.
        await _hosts.Store("orchestrator").Write(sql => sql.Execute(
            """
            INSERT INTO dead_letter (id, at, source_queue, reason, headers, body, body_is_base64)
            SELECT @id, now(), 'order-fulfilment-intake', 'a test',
                   json_build_object('properties', json_build_object('contentType', 'application/vnd.masstransit+json',
                                                                     'messageId', message_id),
                                     'headers', json_build_object()),
                   json_build_object('messageId', message_id, 'correlationId', saga_id,
                                     'messageType', json_build_array('urn:message:Orchestrator.Contracts.Orders:OrderSubmitted'),
                                     'message', event -> 'message'),
                   false
            FROM journal WHERE seq = 1
            """,
            ("id", Guid.CreateVersion7())));
        (await Redrive("--all", "--by", "ada", "--note", "its commands were never sent")).ShouldBe((0, "sent=1 left=0"));
        // The same message id shows that this is not the saga's next attempt, which has its own id.
        await Eventually.Is(
            async () =>
                (await Waiting("payment-commands")).GroupBy(message => message).Any(copies => copies.Count() == 2),
                "its command was not sent again");
    }

    [Test]
    public async Task Are_set_aside_anew_when_they_fail_again()
    {
        await (await _hosts.Bus()).Publish(new PaymentVoided(Guid.CreateVersion7(), 1));
        for (var times = 1; times <= 3; times++)
        {
            await Reached("SELECT count(*) FROM dead_letter", times);
            (await Redrive("--queue", "order-fulfilment", "--by", "ada", "--note", "hope")).ShouldBe((0, "sent=1 left=0"));
        }

        await Reached("SELECT count(*) FROM dead_letter WHERE redriven_at IS NULL", 1);
        (await _hosts.Count("orchestrator", "SELECT count(DISTINCT message_id) FROM dead_letter")).ShouldBe(1);
    }

    // Otherwise a sender that may publish one event could make an operator send a command for it.
    [Test]
    public async Task Stay_when_they_were_set_aside_for_their_origin()
    {
        var id = (await _hosts.Submit(OrderLines.Make(1)))[0];
        await Reached($"SELECT count(*) FROM saga WHERE id = '{id}'", 1);
        await using (var connection = await new ConnectionFactory { Uri = _hosts.Broker }.CreateConnectionAsync())
        {
            await using var channel = await connection.CreateChannelAsync();
            var body = $$"""
                {"messageId":"{{Guid.CreateVersion7()}}","correlationId":"{{id}}",
                 "messageType":["urn:message:Orchestrator.Contracts.Operations:CompensateSaga"],
                 "message":{"sagaId":"{{id}}","version":null,"actor":"ada","note":"forged"} }
                """;
            await channel.BasicPublishAsync(
                "Orchestrator.Contracts.Payment:PaymentAuthorized", "", true,
                // The header in which a sender describes the way of its message proves nothing.
                new BasicProperties
                {
                    ContentType = "application/vnd.masstransit+json",
                    Headers = new Dictionary<string,
                    object?>
                    { ["origin-exchange"] = "order-fulfilment" }
                },
                System.Text.Encoding.UTF8.GetBytes(body));
        }

        await Reached(
            "SELECT count(*) FROM dead_letter WHERE exchange = 'Orchestrator.Contracts.Payment:PaymentAuthorized' AND reason_class = "
            + "'origin'", 1);
        var letter = await _hosts.Store("orchestrator").Read(sql => sql.First("SELECT id FROM dead_letter", row => row.GetGuid(0)));
        (await Redrive("--all", "--by", "ada", "--note", "hope")).ShouldBe((3, "sent=0 left=1"));
        (await Redrive("--id", letter.ToString(), "--by", "ada", "--note", "hope")).ShouldBe((3, "sent=0 left=1"));

        // When the letter claims another kind of failure, the check of its way still refuses it after the redrive.
        await _hosts.Store("orchestrator").Write(sql => sql.Execute("UPDATE dead_letter SET reason_class = 'failed', reason = 'x'"));
        (await Redrive("--all", "--by", "ada", "--note", "hope")).ShouldBe((0, "sent=1 left=0"));
        await Reached("SELECT count(*) FROM dead_letter WHERE reason_class = 'origin'", 1);
        (await _hosts.Count("orchestrator", $"SELECT count(*) FROM saga WHERE id = '{id}' AND state = 'Running'")).ShouldBe(1);
    }

    [Test]
    public async Task Stay_when_there_is_nowhere_to_send_them()
    {
        await _hosts.Store("orchestrator").Write(sql => sql.Execute(
            "INSERT INTO dead_letter (id, at, source_queue, reason, headers, body, body_is_base64) VALUES (@id, now(), 'no-such-queue', "
            + "'a test', '{\"properties\":{},\"headers\":{}}', '', false)",
            ("id", Guid.CreateVersion7())));
        (await Redrive("--all", "--by", "ada", "--note", "hope")).ShouldBe((3, "sent=0 left=1"));
        (await _hosts.Count("orchestrator", "SELECT count(*) FROM dead_letter WHERE redriven_at IS NULL")).ShouldBe(1);
    }

    [TestCase(
        "redrive: no dead letters are chosen; give exactly one of --id, --queue and --all; redrive --help tells what can be asked for.",
        "--by", "ada", "--note", "why")]
    [TestCase(
        "redrive: '0197f0c2' is no id; it is written like 0197f0c2-8d3e-7b61-9c05-1f2e3d4c5b6a; redrive --help tells what can be asked "
            + "for.", "--id", "0197f0c2", "--by", "ada", "--note", "why")]
    [TestCase(
        "redrive: Unrecognized command or argument 'ada'; redrive --help tells what can be asked for.", "--queue", "--by", "ada", "--note",
        "why")]
    [TestCase("redrive: Option '--note' is required; redrive --help tells what can be asked for.", "--all", "--by", "ada")]
    [TestCase("redrive: --by must say something; redrive --help tells what can be asked for.", "--all", "--by", " ", "--note", "why")]
    public async Task Need_somebody_who_says_which_and_why(string sentence, params string[] arguments) =>
        (await Redrive(arguments)).ShouldBe((2, sentence));

    Task Reached(string query, long count) =>
        Eventually.Is(async () => await _hosts.Count("orchestrator", query) >= count, $"never {count}: {query}");

    /// <summary>The ids of the messages that wait in a queue.</summary>
    async Task<List<string?>> Waiting(string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = _hosts.Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var ids = new List<string?>();
        while (await channel.BasicGetAsync(queue, autoAck: false) is { } message)
            ids.Add(message.BasicProperties.MessageId);
        return ids; // They are not acknowledged, so they return to the queue when the channel closes.
    }

    async Task<(int ExitCode, string Said)> Redrive(params string[] arguments)
    {
        var (exitCode, output, error) = await _hosts.Command(["redrive", .. arguments]);
        return (exitCode, output.Length > 0 ? output : error);
    }
}
