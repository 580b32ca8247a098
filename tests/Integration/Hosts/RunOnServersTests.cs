using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using Orchestrator.Contracts.Orders;
using Orchestrator.Hosting.Commands;
using Orchestrator.Journal;
using Orchestrator.Local;
using Orchestrator.MassTransit.Broker;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>The command line on real servers, as a user calls it.</summary>
public class A_run_on_servers
{
    const int Orders = 40;

    RealHosts _hosts = null!;
    TemporaryFolder _folder = null!;

    [SetUp]
    public async Task Start()
    {
        _hosts = await RealHosts.On();
        _folder = new TemporaryFolder();
        await File.WriteAllLinesAsync(_folder["orders.jsonl"], OrderLines.Make(Orders));
        await File.WriteAllLinesAsync(_folder["stock.csv"], ["sku,onHand", "NW-11,10000"]);
    }

    [TearDown]
    public async Task Stop()
    {
        await _hosts.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task Carries_all_orders_in_one_process_and_knows_them_the_next_time()
    {
        string[] process = ["--stock", _folder["stock.csv"], "--postgres", Postgres.Without];
        foreach (var duplicates in new[] { 0, Orders })
        {
            var (exitCode, summary, error) = await Run(process);
            exitCode.ShouldBe(ExitCode.Done);
            Field(summary, "orders").ShouldBe(Orders);
            Field(summary, "fulfilled").ShouldBe(OrderLines.Fulfilled(Orders));
            Field(summary, "cancelled").ShouldBe(Orders - OrderLines.Fulfilled(Orders));
            Field(summary, "duplicates").ShouldBe(duplicates);
            error.Contains(
                "stock.csv: 1 of its SKUs were known already; their stock stays as it is, since a stock file sets only what is new",
                StringComparison.Ordinal)
                .ShouldBe(duplicates > 0, error);
            Field(summary, "unitsShipped").ShouldBe(OrderLines.Fulfilled(Orders) * OrderLines.UnitsEach);
        }

        await _hosts.Reconcile(10_000);
    }

    [Test]
    public async Task Carries_all_orders_although_participants_misbehave()
    {
        var (exitCode, summary, error) = await Run(
            ["--stock", _folder["stock.csv"], "--postgres", Postgres.Without, "--faults",
                "inventory: delay=1; shipping: refuse=0.3 late=0.5 duplicate=0.5; pace=0.02"]);
        exitCode.ShouldBe(ExitCode.Done, error);
        Field(summary, "fulfilled").ShouldBeLessThan(OrderLines.Fulfilled(Orders), "some bookings were refused");
        (Field(summary, "fulfilled") + Field(summary, "cancelled")).ShouldBe(Orders);
        Field(summary.GetProperty("faults").GetProperty("inventory"), "delay").ShouldBeGreaterThanOrEqualTo(Orders);
        foreach (var fault in new[] { "refuse", "late", "duplicate" })
            Field(summary.GetProperty("faults").GetProperty("shipping"), fault).ShouldBeGreaterThan(0, fault);
        await _hosts.Reconcile(10_000);
    }

    [Test]
    public async Task Submits_to_hosts_that_start_later_and_watches_until_all_has_ended()
    {
        var (exitCode, submitted, _) = await Run(["--submit-only"]);
        (exitCode, Field(submitted, "submitted"), Field(submitted, "rejected")).ShouldBe((ExitCode.Done, Orders, 0));

        var watching = Run(["--stock", _folder["stock.csv"], "--postgres", Postgres.Without, "--submit-only", "--watch", "--wait"]);
        await _hosts.Start(RealHosts.Worker, RealHosts.Payment, RealHosts.Shipping, RealHosts.Inventory);
        var (code, summary, error) = await watching;
        code.ShouldBe(ExitCode.Done, error);
        Field(summary, "orders").ShouldBe(Orders);
        (Field(summary, "fulfilled") + Field(summary, "cancelled")).ShouldBe(Orders);
        error.ShouldContain("There is no table order_fulfilment yet; waiting for the hosts to start");
    }

    [Test]
    public async Task Waits_with_its_orders_until_a_queue_takes_them()
    {
        var (intake, exchange) = (SagaQueues.Intake("order-fulfilment"), BrokerQueues.Event(typeof(OrderSubmitted)));
        await using var connection = await new ConnectionFactory { Uri = _hosts.Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await BrokerQueues.DeclareWork(channel, intake, default, typeof(OrderSubmitted));
        await channel.ExchangeUnbindAsync(intake, exchange, "");
        using var process = Begin(["--submit-only"]);
        var warning = "";
        while (!warning.Contains($"{exchange} has taken no message for", StringComparison.Ordinal))
            warning = await process.StandardError.ReadLineAsync()
            ?? throw new InvalidOperationException($"it has ended, last of all with: {warning}");
        warning.ShouldContain("(there is no queue for OrderSubmitted)");
        (await channel.MessageCountAsync(intake)).ShouldBe(0u);

        await channel.ExchangeBindAsync(intake, exchange, "");
        var (exitCode, submitted, _) = await End(process);
        (exitCode, Field(submitted, "submitted")).ShouldBe((ExitCode.Done, Orders));
        await Eventually.Is(async () => await channel.MessageCountAsync(intake) == Orders, "not all orders have come");
    }

    [Test]
    public async Task Says_which_orders_are_stuck_because_a_message_was_set_aside()
    {
        var order = Guid.CreateVersion7();
        await File.WriteAllLinesAsync(_folder["orders.jsonl"], [Embedded.EmbeddedRun.Line(order)]);
        await _hosts.Start(RealHosts.Worker, RealHosts.Inventory, RealHosts.Payment);
        await _hosts.Store("orchestrator").Write(sql => sql.Execute(
            """
            INSERT INTO dead_letter (id, at, source_queue, message_type, saga_id, reason, headers, body, body_is_base64)
            VALUES (@id, now(), 'shipping-commands', 'BookShipment', @order, 'the truck fell over', '{}', '', false)
            """, ("id", Guid.NewGuid()), ("order", order)));
        var (exitCode, _, error) = await Run(["--stock", _folder["stock.csv"], "--postgres", Postgres.Without, "--submit-only", "--watch"]);
        exitCode.ShouldBe(ExitCode.Trouble);
        error.ShouldContain($"  BookShipment of order {order} was set aside from shipping-commands: the truck fell over");
    }

    [Test]
    public async Task Says_in_a_sentence_that_the_broker_refuses_it()
    {
        var address = new UriBuilder(_hosts.Broker) { UserName = "nobody" }.Uri;
        var (exitCode, _, error) = await Run(["--submit-only"], address);
        exitCode.ShouldBe(ExitCode.Trouble);
        error.ShouldMatch(
            $"^RabbitMQ at amqp://nobody@127.0.0.1:{address.Port}/\\S+ refuses the connection \\(.*\\); check user, password and virtual "
            + $"host\\.\\s*$");
    }

    [TestCase("amqp://u:p@nowhere.invalid", "RabbitMQ at amqp://u@nowhere.invalid/")]
    [TestCase("amqp://u:p@127.0.0.1:1", "RabbitMQ at amqp://u@127.0.0.1:1/")]
    public async Task Ends_with_a_sentence_when_the_broker_gives_no_answer(string address, string name)
    {
        var (exitCode, _, error) = await Run(["--submit-only", "--patience", "3"], new Uri(address));
        exitCode.ShouldBe(ExitCode.Trouble, error);
        error.ShouldMatch($@"(?m)^{name} has not answered for 3 s \([^\n]+\); with --wait the run waits without limit\.\s*\z");
    }

    [TestCase("nowhere.invalid", "5432")]
    [TestCase("127.0.0.1", "1")]
    public async Task Ends_with_a_sentence_when_the_database_gives_no_answer(string host, string port)
    {
        var (exitCode, _, error) = await Run(
            ["--stock", _folder["stock.csv"], "--postgres", $"Host={host};Port={port};Username=u", "--patience", "3"]);
        exitCode.ShouldBe(ExitCode.Trouble, error);
        error.ShouldMatch(
            $@"(?m)^PostgreSQL at {host}:{port} has not answered for 3 s \([^\n]+\); with --wait the run waits without limit\.\s*\z");
    }

    [Test]
    public async Task Ends_with_a_sentence_when_no_host_takes_its_orders()
    {
        await _hosts.Start(RealHosts.Worker, RealHosts.Inventory, RealHosts.Payment, RealHosts.Shipping);
        (await _hosts.Running[0].Stop()).ShouldBe(0);
        var (exitCode, _, error) = await Run(
            ["--stock", _folder["stock.csv"], "--postgres", Postgres.Without, "--submit-only", "--watch", "--patience", "8"]);
        exitCode.ShouldBe(ExitCode.Trouble, error);
        error.ShouldMatch(
            @"(?m)^No host has taken orders from the queue order-fulfilment-intake for 8 s \(the queue has no consumer; "
            + @"does Orchestrator.Worker run\?\); with --wait the run waits without limit\.\s*\z");
        await _hosts.Start(RealHosts.Worker);
        await _hosts.Settled(Orders);
    }

    [Test]
    public async Task Ends_at_once_when_the_database_does_not_let_it_in()
    {
        var (exitCode, _, error) = await Run(["--stock", _folder["stock.csv"], "--postgres", $"{Postgres.Without};Username=nobody"]);
        exitCode.ShouldBe(ExitCode.Trouble, error);
        error.ShouldContain("The run broke off: ");
        error.ShouldContain("password authentication failed");
    }

    // A password in the arguments would cause a warning.
    (string Without, string? Password) Postgres
    {
        get
        {
            var connection = new NpgsqlConnectionStringBuilder(_hosts.Postgres);
            var password = connection.Password;
            connection.Password = null;
            return (connection.ToString(), password);
        }
    }

    async Task<(int ExitCode, JsonElement Summary, string Error)> Run(string[] options, Uri? broker = null)
    {
        using var process = Begin(options, broker);
        return await End(process);
    }

    Process Begin(string[] options, Uri? broker = null)
    {
        var address = new UriBuilder(broker ?? _hosts.Broker);
        var password = address.Password;
        address.Password = "";
        return Process.Start(new ProcessStartInfo(
            "dotnet",
            [typeof(ProcessOptions).Assembly.Location, "process", "--orders", _folder["orders.jsonl"], "--json", "--rabbitmq",
                address.ToString(), .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["Passwords__RabbitMQ"] = password, ["Passwords__Postgres"] = Postgres.Password },
        })!;
    }

    static async Task<(int ExitCode, JsonElement Summary, string Error)> End(Process process)
    {
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync())
            .WaitAsync(TimeSpan.FromMinutes(8));
        await process.WaitForExitAsync();
        return (process.ExitCode, said[0].Length == 0 ? default : JsonDocument.Parse(said[0]).RootElement, said[1]);
    }

    static long Field(JsonElement summary, string name) => summary.GetProperty(name).GetInt64();
}
