using System.Text;
using System.Text.Json;
using Orchestrator.Contracts.Payment;
using Orchestrator.Tests.Integration.Embedded;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>The worker's command <c>dead-letters</c>, as an operator gives it.</summary>
[Category("Broker")]
public class An_operator_who_looks_at_dead_letters
{
    RealHosts _hosts = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _hosts = await RealHosts.On();
        await _hosts.Start(RealHosts.Worker);
    }

    [OneTimeTearDown]
    public Task Stop() => _hosts.DisposeAsync().AsTask();

    [SetUp]
    public Task Begin() => _hosts.Store("orchestrator").Write(sql => sql.Execute("DELETE FROM dead_letter"));

    [Test]
    public async Task Finds_those_of_an_order_although_they_can_not_be_read()
    {
        var order = (await _hosts.Submit(EmbeddedRun.Line(Guid.CreateVersion7(), number: "D-1")))[0];
        await Eventually.Is(async () => await Count($"SELECT count(*) FROM saga WHERE id = '{order}'") == 1, "there is no saga");
        await Put(
            "order-fulfilment",
            """{"messageType":["urn:message:Orchestrator.Contracts.Payment:PaymentCaptured"],"message":"""
            + $$$"""{"orderId":"{{{order}}}","amount":{"amo""");
        await Put("order-fulfilment", "no JSON");
        await Kept(2);

        var (exitCode, output, error) = await Say("list", "--saga", "D-1", "--json");
        (exitCode, error).ShouldBe((0, ""));
        var letter = JsonDocument.Parse(output).RootElement;
        (letter.GetProperty("sagaId").GetGuid(), letter.GetProperty("messageType").GetString(), letter.GetProperty("state").GetString(),
            letter.GetProperty("times").GetInt32())
            .ShouldBe((order, "PaymentCaptured", "open", 1));
        (await Say(
            "list", "--saga", order.ToString(), "--type", "PaymentCaptured", "--queue", "order-fulfilment", "--newer-than", "01:00:00",
            "--json")).Output.ShouldBe(output);
        (await Say("list", "--saga", "D-1", "--older-than", "01:00:00")).ShouldBe((0, "matching=0 listed=0", ""));
        (await Say("list", "--limit", "1")).Output.ShouldEndWith("\nmatching=2 listed=1");
        (await Say("list", "--limit", "1", "--json")).Error.ShouldBe("matching=2 listed=1; --limit lists more");
        (await Say("list", "--saga", "D-2"))
            .ShouldBe((2, "", "dead-letters: there is no saga with the key 'D-2'; a saga that never started is found by its id."));
    }

    [Test]
    public async Task Sees_one_that_failed_again_and_again_as_one_message()
    {
        var order = Guid.CreateVersion7();
        await (await _hosts.Bus()).Publish(new PaymentVoided(order, 1));
        await Kept(1);
        for (var times = 2; times <= 3; times++)
        {
            (await _hosts.Command(["redrive", "--all", "--by", "ada", "--note", "hope"])).Output.ShouldBe("sent=1 left=0");
            await Kept(times);
        }

        var (first, last) = (await Id("redriven_at IS NOT NULL AND first_id IS NULL"), await Id("redriven_at IS NULL"));
        (await Count($"SELECT count(*) FROM dead_letter WHERE first_id = '{first}'")).ShouldBe(2);
        var (_, listed, _) = await Say("list");
        listed.ShouldMatch(
            $"^{last}  [-0-9]{{10}} [:0-9]{{8}}Z  order-fulfilment  PaymentVoided  saga {order}  rejected  failed 3 times since [-:0-9 "
            + $"]+Z\n  .*PaymentVoided is for order-fulfilment {order}, which does not exist\nmatching=1 listed=1$");
        (await Say("list", "--state", "Redriven")).Output.ShouldBe("matching=0 listed=0");

        var (_, shown, _) = await Say("show", first.ToString());
        shown.ShouldContain($"saga:     {order}");
        shown.ShouldMatch(
            $"history:\n  .*  {first}  ada sent it back on .*: hope\n  .*  ada sent it back on .*: hope\n  .*  {last}  open\nheaders:");
        shown.ShouldContain("--body shows them");
        shown.ShouldNotContain("\"epoch\"");
        (await Say("show", last.ToString(), "--body")).Output.ShouldContain("\"epoch\"");
        var json = JsonDocument.Parse((await Say("show", last.ToString(), "--json")).Output).RootElement;
        json.GetProperty("headers").GetProperty("headers").GetProperty("redriven-from").GetString().ShouldNotBe(first.ToString());
        (json.GetProperty("firstId").GetGuid(), json.GetProperty("chain").GetArrayLength(), json.TryGetProperty("body", out _))
            .ShouldBe((first, 3, false));
        (await _hosts.Command(["redrive", "--id", first.ToString(), "--by", "ada", "--note", "hope"])).Error.ShouldMatch(
            $"^redrive: {first} stays: ada sent it back on .*: hope; it failed again as {last}$");
    }

    // A sender must not be able to hide its message behind another one.
    [Test]
    public async Task Sees_one_apart_that_only_claims_to_have_been_sent_back()
    {
        await Put("order-fulfilment", "no JSON");
        await Kept(1);
        await Put("order-fulfilment", "no JSON", ("redriven-from", (await Id("true")).ToString()));
        await Kept(2);
        (await Say("list")).Output.ShouldEndWith("\nmatching=2 listed=2");
    }

    [Test]
    public async Task Discards_what_is_junk_and_says_why()
    {
        await Put("order-fulfilment", "junk");
        await Put("order-fulfilment", "rubbish");
        await Put("orchestrator-commands", "junk");
        await Kept(3);
        string[] junk = ["discard", "--queue", "order-fulfilment", "--by", "ada", "--reason", "a test of the shop's"];
        (await Say("discard", "--queue", "order-fulfilment", "--by", "ada"))
            .ShouldBe((2, "", "dead-letters: Option '--reason' is required; dead-letters --help tells what can be asked for."));
        var (exitCode, output, error) = await Say(junk);
        (exitCode, error).ShouldBe((4, "dead-letters: nothing was discarded; run it with --yes to discard all that match then."));
        output.ShouldEndWith("\nmatching=2 listed=2");
        (await Count("SELECT count(*) FROM dead_letter WHERE discarded_at IS NOT NULL")).ShouldBe(0);

        (await Say([.. junk, "--yes"])).ShouldBe((0, "discarded=2 left=0", ""));
        (await Count(
            "SELECT count(*) FROM dead_letter WHERE body IN ('junk', 'rubbish') AND discarded_by = 'ada' AND discarded_reason = 'a test "
            + "of the shop''s' AND discarded_at >= at")).ShouldBe(2);
        (await Say([.. junk, "--yes"])).ShouldBe((3, "", "dead-letters: no open dead letter matches."));
        (await Say("list")).Output.ShouldEndWith("\nmatching=1 listed=1");
        (await Say("list", "--state", "Discarded")).Output.ShouldEndWith("Z: a test of the shop's\nmatching=2 listed=2");

        // A redrive never sends it back.
        var discarded = await Id("discarded_at IS NOT NULL");
        (await _hosts.Command(["redrive", "--queue", "order-fulfilment", "--by", "ada", "--note", "hope"])).ExitCode.ShouldBe(3);
        var (refused, sent, reason) = await _hosts.Command(["redrive", "--id", discarded.ToString(), "--by", "ada", "--note", "hope"]);
        (refused, sent).ShouldBe((3, "sent=0 left=1"));
        reason.ShouldMatch($"^redrive: {discarded} stays: ada discarded it on .*: a test of the shop's$");
        (await Count("SELECT count(*) FROM dead_letter WHERE redriven_at IS NOT NULL")).ShouldBe(0);
        (await Say("discard", discarded.ToString(), "--by", "eve", "--reason", "me too")).Error
            .ShouldMatch($"^dead-letters: {discarded} stays: ada discarded it on .*\\.$");
        (await Count("SELECT count(*) FROM dead_letter WHERE discarded_by = 'eve'")).ShouldBe(0);
    }

    [TestCase(
        "dead-letters: there is no dead letter 0197f0c2-0000-7000-8000-000000000000; 'dead-letters list' has the ids.", "show",
        "0197f0c2-0000-7000-8000-000000000000")]
    [TestCase("dead-letters: there is no dead letter 0197f0c2-0000-7000-8000-000000000000; 'dead-letters list' has the ids.",
        "discard", "0197f0c2-0000-7000-8000-000000000000", "--by", "ada", "--reason", "junk")]
    [TestCase(
        "dead-letters: 'abc' is no id; it is written like 0197f0c2-8d3e-7b61-9c05-1f2e3d4c5b6a; dead-letters --help tells what can be "
            + "asked for.", "show", "abc")]
    [TestCase(
        "dead-letters: no dead letters are chosen; give either ids or options of --queue, --type, --saga, --reason-class, --older-than, "
            + "--newer-than; dead-letters --help tells what can be asked for.",
        "discard", "--by", "ada", "--reason", "junk")]
    [TestCase(
        "dead-letters: --older-than is 'long'; it is a time up to a year, written like 00:05:00; dead-letters --help tells what can be "
            + "asked for.", "list", "--older-than", "long")]
    [TestCase(
        "dead-letters: Argument 'bad' not recognized. Must be one of: 'origin' 'rejected' 'failed' 'delivery-limit' 'unknown-type' "
            + "'broker'; dead-letters --help tells what can be asked for.",
        "list", "--reason-class", "bad")]
    [TestCase("dead-letters: --limit must be 1 or more; dead-letters --help tells what can be asked for.", "list", "--limit", "0")]
    [TestCase("dead-letters: Unrecognized command or argument 'lst'; dead-letters --help tells what can be asked for.", "lst")]
    [TestCase("dead-letters: Required command was not provided; dead-letters --help tells what can be asked for.")]
    public async Task Is_told_what_is_wrong(string sentence, params string[] arguments) =>
        (await Say(arguments)).ShouldBe((2, "", sentence));

    Task Kept(int count) =>
        Eventually.Is(async () => await Count("SELECT count(*) FROM dead_letter") == count, $"there are not {count} dead letters");

    Task<long> Count(string query) => _hosts.Count("orchestrator", query);

    Task<Guid> Id(string condition) =>
        _hosts.Store("orchestrator").Read(sql => sql.First($"SELECT id FROM dead_letter WHERE {condition}", row => row.GetGuid(0)));

    async Task Put(string queue, string body, params (string Name, object? Value)[] headers)
    {
        await using var connection = await new ConnectionFactory { Uri = _hosts.Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await channel.BasicPublishAsync(
            queue, "", mandatory: true,
            new BasicProperties
            {
                MessageId = Guid.CreateVersion7().ToString(),
                ContentType = "application/vnd.masstransit+json",
                Headers = headers.ToDictionary(header => header.Name, header => header.Value),
            },
            Encoding.UTF8.GetBytes(body));
    }

    Task<(int ExitCode, string Output, string Error)> Say(params string[] arguments) => _hosts.Command(["dead-letters", .. arguments]);
}
