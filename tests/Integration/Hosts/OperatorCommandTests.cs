using System.Text.Json;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>The worker's commands, as an operator gives them.</summary>
[Category("Broker")]
public class An_operator
{
    RealHosts _hosts = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _hosts = await RealHosts.On();
        _hosts.Operated = RealHosts.WorkerOfTwo;
        await _hosts.Start(RealHosts.WorkerOfTwo);
    }

    [OneTimeTearDown]
    public Task Stop() => _hosts.DisposeAsync().AsTask();

    [Test]
    public async Task Turns_an_order_back_and_is_told_what_can_not_be_done()
    {
        var order = OrderLines.Make(1);
        var id = JsonDocument.Parse(order[0]).RootElement.GetProperty("orderId").GetString()!;
        await _hosts.Submit(order);
        await Eventually.Is(
            async () => await _hosts.Count("orchestrator", $"SELECT count(*) FROM saga WHERE id = '{id}'") == 1, "there is no saga");

        (await Say("reschedule", "--saga", id, "--at", "2099-01-01T00:00:00Z", "--if-version", "99", "--by", "ada", "--note", "later"))
            .ShouldBe((3, "reschedule: the saga has moved since: it is at version 1, and the command is for version 99."));
        (await Say("resume", "--saga", id, "--by", "ada", "--note", "go on"))
            .ShouldBe((3, "resume: it is not suspended but Running: ReserveStock, AuthorizePayment."));
        var (exitCode, said) = await Say(
            "resolve", "--saga", id, "--step", "BookShipment", "--as", "Done", "--evidence", "a call", "--by", "ada", "--note", "why");
        exitCode.ShouldBe(3);
        said.ShouldMatch("^resolve: BookShipment is [A-Za-z]+; only a step whose outcome is awaited can be resolved\\.$");
        (await Say("compensate", "--saga", id, "--by", "ada", "--note", "refused: by the customer")).ShouldBe((0, "done"));
        (await _hosts.Count(
            "orchestrator",
            $"SELECT count(*) FROM saga_timeline WHERE saga_id = '{id}' AND actor = 'ada' AND event = 'CompensateSaga' AND remark = "
            + $"'refused: by the customer'")).ShouldBe(1);
        (await Say("compensate", "--saga", id, "--by", "ada", "--note", "once more"))
            .ShouldBe((3, "compensate: it has turned back already."));
    }

    [Test]
    public async Task Holds_a_step_and_lets_it_go_on()
    {
        string[] step = ["--kind", "order-fulfilment", "--step", "BookShipment", "--by", "ada"];
        (await Say(["release", .. step, "--note", "open"])).ShouldBe((3, "release: BookShipment of order-fulfilment is not held."));
        (await Say(["hold", .. step, "--note", "closed"])).ShouldBe((0, "done"));
        (await _hosts.Count(
            "orchestrator", "SELECT count(*) FROM step_hold WHERE held_by = 'ada' AND held_note = 'closed' AND released_at IS NULL"))
            .ShouldBe(1);
        (await Say(["hold", .. step, "--note", "closed"]))
            .ShouldBe((3, "hold: BookShipment of order-fulfilment is held already, by ada: closed."));
        (await Say(["release", .. step, "--per-second", "10", "--note", "open"])).ShouldBe((0, "done"));
        (await _hosts.Count(
            "orchestrator", "SELECT count(*) FROM step_hold WHERE released_by = 'ada' AND released_note = 'open' AND per_second = 10"))
            .ShouldBe(1);
    }

    [TestCase(
        2, "resume: Which sagas? Name them by id or business key, or give --where or --step; resume --help tells what can be asked for.",
        "resume", "--by", "ada", "--note", "why")]
    [TestCase(
        2, "resume: Which sagas? Name them by id or business key, or give --where or --step; resume --help tells what can be asked for.",
        "resume", "10248", "--where", "state=Suspended", "--by", "ada", "--note", "why")]
    [TestCase(2, "resolve: Which sagas? Name them by id or business key, or give --where; resolve --help tells what can be asked for.",
        "resolve", "--step", "BookShipment", "--as", "Done", "--evidence", "a call", "--by", "ada", "--note", "why")]
    [TestCase(2, "cancel: there is no saga with the key 'abc'.", "cancel", "abc", "--by", "ada", "--note", "why")]
    [TestCase(
        2, "cancel: there is no kind of saga 'ride'; the kinds are order-fulfilment, ride-booking.", "cancel", "abc", "--kind", "ride",
        "--by", "ada", "--note", "why")]
    [TestCase(
        2, "resume: 'state' is no condition; it is written like state=Suspended; resume --help tells what can be asked for.", "resume",
        "--where", "state", "--by", "ada", "--note", "why")]
    [TestCase(
        2, "resume: no unfinished saga is 'Completed'; state is one of Running, Compensating, Suspended.", "resume", "--where",
        "state=Completed", "--by", "ada", "--note", "why")]
    [TestCase(
        2, "resume: there is no step 'Ship'; order-fulfilment has ReserveStock, AuthorizePayment, BookShipment, CapturePayment, "
            + "DispatchShipment.",
        "resume", "--kind", "order-fulfilment", "--step", "Ship", "--by", "ada", "--note", "why")]
    [TestCase(2, "resume: sagas have no field 'colour'; there are state, step, order_number, customer, amount, currency.",
        "resume", "--kind", "order-fulfilment", "--where", "colour=red", "--by", "ada", "--note", "why")]
    [TestCase(
        2, "resume: no kind of saga has all of these fields.", "resume", "--where", "customer=VINET", "--where", "passenger=ADA", "--by",
        "ada", "--note", "why")]
    [TestCase(
        2, "resume: --if-version needs a named saga; with a filter each saga must still be at the version that was found; resume --help "
            + "tells what can be asked for.",
        "resume", "--where", "state=Suspended", "--if-version", "3", "--by", "ada", "--note", "why")]
    [TestCase(3, "resume: no unfinished saga matches.", "resume", "--where", "customer=NOBODY-1", "--by", "ada", "--note", "why")]
    [TestCase(
        2, "reschedule: --at is 'soon'; it is a time in UTC, written like 2026-11-30T08:00:00Z; reschedule --help tells what can be asked "
            + "for.",
        "reschedule", "--saga", "0197f0c2-0000-7000-8000-000000000000", "--at", "soon", "--by", "ada", "--note", "why")]
    [TestCase(
        2, "resolve: Argument '1' not recognized. Must be one of: 'Done' 'Undone'; resolve --help tells what can be asked for.", "resolve",
        "--saga", "0197f0c2-0000-7000-8000-000000000000", "--step", "BookShipment", "--as", "1", "--evidence", "a call", "--by", "ada",
        "--note", "why")]
    [TestCase(
        2, "resume: there is no saga 0197f0c2-0000-7000-8000-000000000000.", "resume", "--saga", "0197f0c2-0000-7000-8000-000000000000",
        "--by", "@ada", "--note", "@carrier is back")]
    [TestCase(
        3, "release: a rate of 0 a second releases nothing; it must be above 0, or absent for all at once.", "release", "--kind",
        "order-fulfilment", "--step", "BookShipment", "--per-second", "0", "--by", "ada", "--note", "why")]
    [TestCase(
        2, "hold: --note must say something; hold --help tells what can be asked for.", "hold", "--kind", "order-fulfilment", "--step",
        "intake", "--by", "ada", "--note", " ")]
    [TestCase(
        3, "hold: order-fulfilment has no step Ship; its steps are ReserveStock, AuthorizePayment, BookShipment, CapturePayment, "
            + "DispatchShipment, and there is intake.",
        "hold", "--kind", "order-fulfilment", "--step", "Ship", "--by", "ada", "--note", "why")]
    public async Task Is_told_what_is_wrong(int exitCode, string sentence, params string[] arguments) =>
        (await Say(arguments)).ShouldBe((exitCode, sentence));

    [TestCase(
        "ConnectionStrings__RabbitMQ", "amqp://ada:x@127.0.0.1:1",
        "hold: RabbitMQ at amqp://ada@127.0.0.1:1/: Connection refused; check ConnectionStrings__RabbitMQ.")]
    [TestCase(
        "ConnectionStrings__Postgres", "Host=127.0.0.1;Port=1;Username=ada",
        "hold: PostgreSQL at 127.0.0.1:1: Connection refused; check ConnectionStrings__Postgres.")]
    public async Task Is_told_that_a_server_is_away(string setting, string value, string sentence)
    {
        var (exitCode, _, error) = await _hosts.Command(
            ["hold", "--kind", "order-fulfilment", "--step", "intake", "--by", "ada", "--note", "why"],
            [KeyValuePair.Create(setting, value)]);
        (exitCode, error).ShouldBe((1, sentence));
    }

    [Test]
    public async Task Is_told_that_nobody_answers()
    {
        var order = (await _hosts.Submit(OrderLines.Make(1)))[0];
        await Eventually.Is(
            async () => await _hosts.Count("orchestrator", $"SELECT count(*) FROM saga WHERE id = '{order}'") == 1, "there is no saga");
        foreach (var host in _hosts.Running.Where(host => !host.HasExited))
            await host.Stop();
        var told = await Say("compensate", "--saga", order.ToString(), "--by", "ada", "--note", "a mistake");
        await _hosts.Start(RealHosts.WorkerOfTwo);
        told.ShouldBe(
            (3, "compensate: sent, and not answered yet: it acts when a worker takes it from the queue order-fulfilment, unless it has "
                + "become a dead letter."));
        await Eventually.Is(
            async () =>
                await _hosts.Count(
                    "orchestrator", $"SELECT count(*) FROM journal WHERE saga_id = '{order}' AND message_type = 'CompensateSaga'") == 1,
                    "it was lost");
    }

    async Task<(int ExitCode, string Said)> Say(params string[] arguments)
    {
        var (exitCode, output, error) = await _hosts.Command(arguments);
        return (exitCode, output.Length > 0 ? output : error);
    }
}
