using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Orchestrator.Services.Inventory;
using Orchestrator.Services.Payment;
using Orchestrator.Services.Payment.Acquirer;
using Orchestrator.Services.Shipping;
using Orchestrator.Storage;
using Orchestrator.Tests.Generator;
using Orchestrator.Tests.Integration.Hosts;
using Orchestrator.Worker;
using Orchestrator.Worker.Reconciliation;

namespace Orchestrator.Tests.Integration.Books;

/// <summary>The books of all parties, on PostgreSQL, with contradictions planted in them.</summary>
public class Reconciling
{
    const int Orders = 2_000, MostKilobytes = 300_000;

    static readonly string Program = Path.Combine(AppContext.BaseDirectory, $"{RealHosts.Worker}.dll");

    RealHosts _hosts = null!;

    // Each contradiction has its own order: number, party, change of its books, and the expected findings.
    static readonly (int Order, string Party, string Statement, ContradictionKind[] Found)[] Planted =
    [
        (10, PaymentRegistration.Party,
            """
            INSERT INTO payment_operation (
                order_id, operation, epoch, status, idempotency_key, currency, amount_minor, started_at, settled_at)
            VALUES (@id, 'capture', 1, 'captured', @id, 'USD', 16800, now(), now());
            UPDATE payment_posting SET operation = 'capture', to_account = 'merchant' WHERE order_id = @id AND operation = 'void'
            """,
            [ContradictionKind.CapturedThoughCancelled, ContradictionKind.GatewayDiffers]),
        (20, InventoryRegistration.Party, "UPDATE inventory_reservation SET status = 'Reserved' WHERE order_id = @id",
            [ContradictionKind.ReservedAfterTheEnd]),
        (31, InventoryRegistration.Party, "UPDATE inventory_reservation SET status = 'Reserved' WHERE order_id = @id",
            [ContradictionKind.ReservedAfterTheEnd]),
        (40, ShippingRegistration.Party, "UPDATE shipping_shipment SET status = 'Booked' WHERE order_id = @id",
            [ContradictionKind.ShipmentThoughCancelled]),
        (51, PaymentRegistration.Party, "DELETE FROM payment_posting WHERE order_id = @id",
            [ContradictionKind.GatewayDiffers, ContradictionKind.FulfilledWithoutPayment, ContradictionKind.ShippedWithoutPayment]),
        (60, PaymentRegistration.Party,
            "INSERT INTO payment_posting SELECT order_id, 2, from_account, to_account, operation, epoch, currency, amount_minor, at FROM "
            + "payment_posting WHERE order_id = @id AND operation = 'void'",
            [ContradictionKind.GatewayDiffers, ContradictionKind.RefundedTwice]),
        (71, AcquirerRegistration.Party, "UPDATE acquirer_hold SET amount_minor = 16000 WHERE order_id = @id",
            [ContradictionKind.GatewayDiffers]),
        (80, PaymentRegistration.Party, "DELETE FROM payment_posting WHERE order_id = @id AND operation = 'void'",
            [ContradictionKind.GatewayDiffers, ContradictionKind.HeldAfterTheEnd]),
        (91, WorkerRegistration.Party, "DELETE FROM saga WHERE id = @id", [ContradictionKind.UnknownOrder]),
        (101, ShippingRegistration.Party, "DELETE FROM shipping_shipment WHERE order_id = @id",
            [ContradictionKind.FulfilledWithoutShipment]),
        (111, InventoryRegistration.Party, "UPDATE inventory_reservation SET status = 'Released' WHERE order_id = @id",
            [ContradictionKind.StockDiffers]),
        (Orders + 1, WorkerRegistration.Party,
            """
            INSERT INTO dead_letter (id, at, source_queue, message_type, saga_id, reason, headers, body, body_is_base64)
            VALUES (@id, now(), 'order-fulfilment-intake', 'OrderSubmitted', @id, 'currency: XX is no currency', '{}', '{}', false)
            """,
            [ContradictionKind.OrderWithoutSaga]),
    ];

    [OneTimeSetUp]
    public async Task Begin()
    {
        _hosts = await RealHosts.On();
        await _hosts.Start(RealHosts.Worker, RealHosts.Inventory, RealHosts.Payment, RealHosts.Shipping);
        await ManyOrders.Fill(_hosts.Store, Orders, journalled: true);
        (await _hosts.Count(
            WorkerRegistration.Party,
            "SELECT count(*) FROM saga s WHERE version <> (SELECT count(*) FROM journal j WHERE j.saga_id = s.id)")).ShouldBe(0);
    }

    [OneTimeTearDown]
    public async Task End() => await _hosts.DisposeAsync();

    [Test, Order(1)]
    public async Task Finds_nothing_where_all_agree()
    {
        var (exitCode, lines, error) = await Reconcile();
        exitCode.ShouldBe(0, error);
        lines.ShouldHaveSingleItem().ShouldStartWith($"orders={Orders} contradictions=0 mended=0");
    }

    [Test, Order(2)]
    public async Task Finds_every_contradiction()
    {
        foreach (var (order, party, statement, _) in Planted)
            (await _hosts.Store(party).Write(sql => sql.Execute(statement, ("id", ManyOrders.Id(order)))))
            .ShouldBeGreaterThan(0, statement);

        var (exitCode, lines, error) = await Reconcile("--json");
        exitCode.ShouldBe(3, error);
        lines[..^1].Select(line => JsonDocument.Parse(line).RootElement)
            .Select(line => $"{line.GetProperty("orderId").GetGuid()} {line.GetProperty("kind").GetString()}")
            .ShouldBe(
                Planted.SelectMany(planted => planted.Found.Select(kind => $"{ManyOrders.Id(planted.Order)} {kind}")), ignoreOrder: true);
        JsonDocument.Parse(lines[^1]).RootElement.GetProperty("contradictions").GetInt32()
            .ShouldBe(Planted.Sum(planted => planted.Found.Length));
    }

    [Test, Order(3)]
    public async Task Says_what_mends_them()
    {
        var (_, lines, _) = await Reconcile();
        var captured = Array.FindIndex(lines, line => line.StartsWith("CapturedThoughCancelled", StringComparison.Ordinal));
        lines[captured].ShouldBe($"CapturedThoughCancelled: order 10 ({ManyOrders.Id(10)}): 168.00 USD were captured of a cancelled order");
        lines[captured + 1].ShouldBe("  repair by hand: give 168.00 USD back to the customer");
    }

    [Test, Order(4)]
    public async Task Leaves_orders_alone_that_ended_just_now()
    {
        var (exitCode, lines, error) = await Reconcile("--settled-for", "30.00:00:00");
        exitCode.ShouldBe(3, error);
        lines.ShouldNotContain(line => line.StartsWith("CapturedThoughCancelled", StringComparison.Ordinal));
    }

    [Test, Order(5)]
    public async Task Compares_all_other_books_although_a_row_is_damaged()
    {
        var (_, before, _) = await Reconcile();
        foreach (var damaged in new[] { "'{\"oops\":1}'", "'[1]'" })
        {
            (await _hosts.Store(WorkerRegistration.Party)
                .Write(sql => sql.Execute($"UPDATE saga SET data = {damaged} WHERE id = @id", ("id", ManyOrders.Id(3))))).ShouldBe(1);
            var (exitCode, lines, error) = await Reconcile();
            exitCode.ShouldBe(3, error);
            lines.ShouldContain(before.First(line => line.StartsWith("CapturedThoughCancelled", StringComparison.Ordinal)));
        }
    }

    [Test, Order(6)]
    public async Task Lists_no_more_what_somebody_has_settled_by_hand_until_it_changes()
    {
        string[] ada = ["--by", "ada", "--reason", "given back by bank transfer 4711"];
        var (_, before, _) = await Reconcile();
        var (exitCode, lines, error) = await Reconcile(["--acknowledge", "10", .. ada]);
        (exitCode, error).ShouldBe((0, ""));
        var captured = Array.IndexOf(
            lines, $"CapturedThoughCancelled: order 10 ({ManyOrders.Id(10)}): 168.00 USD were captured of a cancelled order");
        var acknowledged = lines[captured + 1];
        acknowledged.ShouldMatch("^  acknowledged by ada on [-0-9]{10} [:0-9]{8}Z: given back by bank transfer 4711$");
        lines[^1].ShouldBe("acknowledged=2");
        (await _hosts.Count(WorkerRegistration.Party,
            $"SELECT count(*) FROM acknowledged_difference WHERE order_id = '{ManyOrders.Id(10)}' AND acknowledged_by = 'ada' AND reason "
            + $"= 'given back by bank transfer 4711'")).ShouldBe(2);

        var (still, after, _) = await Reconcile();
        still.ShouldBe(3);
        after.ShouldNotContain(line => line.Contains("order 10 (", StringComparison.Ordinal));
        Figure(after, "contradictions").ShouldBe(Figure(before, "contradictions") - 2);
        Figure(after, "acknowledged").ShouldBe(2);
        (await Reconcile("--acknowledged")).Lines.ShouldContain(acknowledged);
        (exitCode, lines, error) = await Reconcile(["--acknowledge", "10", "--by", "eve", "--reason", "me too"]);
        (exitCode, lines[^1]).ShouldBe((3, "acknowledged=0"));
        error.ShouldContain("acknowledged by ada on ");

        // The order is charged once more.
        await ManyOrders.Run(
            _hosts.Store, PaymentRegistration.Party,
            $"UPDATE payment_posting SET amount_minor = 20000 WHERE order_id = '{ManyOrders.Id(10)}'");
        (_, after, _) = await Reconcile();
        after.ShouldContain($"CapturedThoughCancelled: order 10 ({ManyOrders.Id(10)}): 200.00 USD were captured of a cancelled order");
    }

    [Test, Order(7)]
    public async Task Lists_nothing_when_all_is_settled_whichever_books_it_is_in()
    {
        var (_, found, _) = await Reconcile("--json");
        var orders = found[..^1].Select(line => JsonDocument.Parse(line).RootElement.GetProperty("orderId").GetString()!).Distinct()
            .ToList();
        orders.Count.ShouldBeGreaterThan(10, "each in other books");
        (await Reconcile(["--acknowledge", .. orders, "--by", "ada", "--reason", "all settled", "--json"])).ExitCode.ShouldBe(0);
        var (exitCode, lines, _) = await Reconcile();
        (exitCode, lines.Length).ShouldBe((0, 1));
        Figure(lines, "acknowledged").ShouldBeGreaterThanOrEqualTo(found.Length - 1);
        // The worker does not report it either.
        await using var worker = _hosts.Begin(RealHosts.Worker, null, Nightly);
        _hosts.Forget(worker);
        await Reconciled(worker);
        await worker.Stop();
        worker.Output.ShouldNotContain("contradictions in the books of");
    }

    static long Figure(string[] lines, string name) =>
        long.Parse(
            lines[^1].Split(' ').Single(figure => figure.StartsWith($"{name}=", StringComparison.Ordinal)).Split('=')[1],
            CultureInfo.InvariantCulture);

    [TestCase(
        2, "reconcile: --acknowledge needs --by and --reason: who has settled it, and how; reconcile --help tells what can be asked for.",
        "--acknowledge", "10", "--by", "ada")]
    [TestCase(
        2, "reconcile: --by and --reason need --acknowledge; reconcile --help tells what can be asked for.", "--reason", "settled")]
    [TestCase(
        2, "reconcile: --acknowledge can't be combined with --repair or --acknowledged; reconcile --help tells what can be asked for.",
        "--acknowledge", "10", "--by", "ada", "--reason", "settled", "--repair")]
    [TestCase(2, "reconcile: there is no order with the number 'ten'.", "--acknowledge", "ten", "--by", "ada", "--reason", "settled")]
    [TestCase(
        2, "reconcile: no book knows the order 0197f0c2-0000-7000-8000-000000000000.", "--acknowledge",
        "0197f0c2-0000-7000-8000-000000000000", "--by", "ada", "--reason", "settled")]
    [TestCase(
        3, "reconcile: no contradiction about order 01900000-0000-7000-8000-000000000001 was found, or it ended too recently "
            + "(--settled-for).",
        "--acknowledge", "1", "--by", "ada", "--reason", "settled")]
    public async Task Says_why_nothing_is_acknowledged(int exitCode, string sentence, params string[] options)
    {
        var (code, _, error) = await Reconcile(options);
        (code, error).ShouldBe((exitCode, sentence));
    }

    [Test]
    public async Task Mends_what_a_finished_order_can_say_again()
    {
        await using var hosts = await RealHosts.On();
        await hosts.Start(RealHosts.Worker, RealHosts.Inventory, RealHosts.Payment, RealHosts.Shipping);
        await hosts.Stock(("NW-11", 1000));
        await hosts.Submit(OrderLines.Make(8));
        await hosts.Settled(8);
        (string, string)[] settings =
        [
            ("ConnectionStrings__Postgres", hosts.Postgres), ("ConnectionStrings__RabbitMQ", hosts.Broker.ToString()),
        ];
        var (before, lines, error) = await Reconcile(["--settled-for", "00:00:00"], settings);
        before.ShouldBe(0, error + string.Join('\n', lines));

        // The state of a backup from before the last step: reserved stock and a booked shipment.
        await ManyOrders.Run(hosts.Store, InventoryRegistration.Party, """
            UPDATE inventory_reservation SET status = 'Reserved' WHERE status = 'Shipped';
            UPDATE inventory_stock SET reserved = shipped, shipped = 0
            """);
        await ManyOrders.Run(
            hosts.Store, ShippingRegistration.Party,
            "UPDATE shipping_shipment SET status = 'Booked', cancelled_epoch = 0 WHERE status = 'Cancelled' AND shipment_id IS NOT NULL");
        var (found, mended, _) = await Reconcile(["--settled-for", "00:00:00", "--repair"], settings);
        found.ShouldBe(3);
        mended.ShouldContain("  sent again: OrderFulfilled");
        mended.ShouldContain(
            line => line.StartsWith("  sent again: ", StringComparison.Ordinal)
            && line.Contains("CancelShipment", StringComparison.Ordinal));
        mended[^1].ShouldStartWith("orders=8 contradictions=6 mended=6");

        await Eventually.Is(
            async () => (await Reconcile(["--settled-for", "00:00:00"], settings)).ExitCode == 0, "the contradictions are still there");
        (await hosts.DeadLetters()).ShouldBeEmpty();
    }

    [TestCase(100_000)]
    [TestCase(1_000_000)]
    [Explicit("fills a million orders, which takes minutes")]
    public async Task Reads_a_million_orders_in_less_than_a_minute_and_with_no_more_memory_than_fewer(int orders)
    {
        await using var hosts = await RealHosts.On();
        await hosts.Start(RealHosts.Worker, RealHosts.Inventory, RealHosts.Payment, RealHosts.Shipping);
        await ManyOrders.Fill(hosts.Store, orders);
        // The machine may be busy, so the best of three runs counts.
        var seconds = double.MaxValue;
        for (var run = 0; run < 3; run++)
        {
            var (exitCode, lines, kilobytes) = await Run(
                "/usr/bin/time", ["--quiet", "-f", "%M", "dotnet", Program, "reconcile"],
                [("ConnectionStrings__Postgres", hosts.Postgres)]);
            exitCode.ShouldBe(0, kilobytes);
            await TestContext.Out.WriteLineAsync($"{lines[^1]} peak={kilobytes} kB");
            lines[^1].ShouldStartWith($"orders={orders} contradictions=0 ");
            int.Parse(kilobytes, CultureInfo.InvariantCulture).ShouldBeLessThan(MostKilobytes);
            seconds = Math.Min(seconds, double.Parse(lines[^1].Split("seconds=")[1], CultureInfo.InvariantCulture));
        }

        seconds.ShouldBeLessThan(60);
    }

    [Test]
    public async Task Is_done_by_the_worker_when_the_schedule_says_so()
    {
        // One replica has the schedule and another one does not, as during a change of the settings. The other one must not change it.
        var other = _hosts.Running.Single(host => host.Name == RealHosts.Worker);
        var worker = _hosts.Begin(RealHosts.Worker, null, Nightly);
        var second = _hosts.Begin(RealHosts.Worker, null, Nightly);
        await Reconciled(worker, second);
        await worker.Stop();
        await Reconciled(second);
        await second.Stop();

        // A job that Quartz has given up begins again when a host with the schedule starts.
        (await _hosts.Store(WorkerRegistration.Party)
            .Write(sql => sql.Execute("UPDATE qrtz_triggers SET trigger_state = 'ERROR' WHERE job_name = 'reconciliation'"))).ShouldBe(1);
        var again = _hosts.Begin(RealHosts.Worker, null, Nightly);
        await Reconciled(again);
        await again.Stop();
        Turns(other).ShouldBe(0);
    }

    static readonly (string, string) Nightly = ("Reconciliation__Cron", "0/2 * * * * ?");

    // One run more than before.
    static async Task Reconciled(params HostProcess[] workers)
    {
        var before = workers.Sum(Turns);
        await Eventually.Is(
            () => Task.FromResult(workers.Sum(Turns) > before), TimeSpan.FromMinutes(2),
            () => Task.FromResult(
                $"no replica has reconciled:{Environment.NewLine}"
                + $"{string.Join(Environment.NewLine, workers.Select(worker => worker.Output))}"));
    }

    static int Turns(HostProcess worker) => worker.Output.Split('\n').Count(line =>
        line.Contains("The books of", StringComparison.Ordinal)
        || line.Contains("contradictions in the books of", StringComparison.Ordinal));

    [Test]
    public async Task Needs_a_schedule_that_can_be_understood()
    {
        var worker = _hosts.Begin(RealHosts.Worker, null, ("Reconciliation__Cron", "every night"));
        (await worker.Exit()).ShouldBe(2);
        worker.Output.ShouldContain("Reconciliation:Cron is 'every night'; it is written like '0 0 3 * * ?'");
    }

    [TestCase("--settled-for", "soon")]
    [TestCase("--mend", "")]
    public async Task Refuses_what_it_does_not_understand(string option, string value)
    {
        var (exitCode, _, error) = await Reconcile([option, .. value.Length > 0 ? new[] { value } : []]);
        exitCode.ShouldBe(2);
        error.ShouldStartWith("reconcile: ");
    }

    [Test]
    public async Task Says_whose_books_it_can_not_read()
    {
        var (exitCode, _, error) = await Reconcile(
            [], ("ConnectionStrings__Shipping",
                new Npgsql.NpgsqlConnectionStringBuilder(_hosts.Postgres) { SearchPath = "nowhere" }.ToString()));
        exitCode.ShouldBe(1);
        var server = PostgresDatabase.ServerOf(_hosts.Postgres);
        error.ShouldBe($"reconcile: the books of shipping at {server} can't be read: relation \"shipping_ledger\" does not exist; "
            + "check that its server is up and that ConnectionStrings__Shipping names a role that may read them.");
    }

    [Test]
    public async Task Says_where_it_looked_for_books_that_have_no_setting_of_their_own()
    {
        var (exitCode, _, error) = await Reconcile([], ("ConnectionStrings__Postgres", "Host=127.0.0.1;Port=1;Username=ada"));
        exitCode.ShouldBe(1);
        error.ShouldContain(" at 127.0.0.1:1 can't be read: ");
        error.ShouldEndWith("check that its server is up and that ConnectionStrings__Postgres names a role that may read them.");
    }

    [Test]
    public async Task Acknowledges_nothing_and_says_so_when_the_database_is_away()
    {
        var (exitCode, _, error) = await Reconcile(
            ["--acknowledge", "10248", "--by", "ada", "--reason", "settled"],
            ("ConnectionStrings__Postgres", "Host=127.0.0.1;Port=1;Username=ada"));
        (exitCode, error).ShouldBe((1, "reconcile: PostgreSQL at 127.0.0.1:1: Connection refused; check ConnectionStrings__Postgres."));
    }

    Task<(int ExitCode, string[] Lines, string Error)> Reconcile(params string[] options) => Reconcile(options, []);

    Task<(int ExitCode, string[] Lines, string Error)> Reconcile(string[] options, params (string Name, string Value)[] settings) =>
        Run("dotnet", [Program, "reconcile", .. options], settings);

    async Task<(int ExitCode, string[] Lines, string Error)> Run(string program, string[] arguments, (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ConnectionStrings__Postgres"] = _hosts.Postgres, ["ConnectionStrings__RabbitMQ"] = _hosts.Broker.ToString() },
        };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries), (await error).Trim());
    }
}
