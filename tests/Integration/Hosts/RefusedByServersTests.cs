using System.Security.Cryptography;
using Npgsql;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>A server that accepted a host before and refuses it now: a password, a certificate or a permission is being changed.</summary>
[Category("Broker")]
public class A_host_that_its_database_refuses_for_a_while
{
    const string Role = "rotated", Cut = $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{Role}'";

    [TestCase("password", "password authentication failed")]
    [TestCase("certificate", "the certificate of 127.0.0.1 is refused: it expired on 2024-02-29")]
    [TestCase("database", "database \"postgres\" does not exist")]
    public async Task Waits_as_for_a_database_that_is_away_and_loses_nothing(string what, string words)
    {
        using var authority = new TestAuthority("Our Authority");
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["authorities.pem"], authority.Certificate);
        await using var postgres = await PrivatePostgres.Create();
        await postgres.Show(authority.Issue("127.0.0.1"));
        await using var hosts = await RealHosts.On(postgres);
        await Administer(postgres, $"CREATE ROLE {Role} LOGIN SUPERUSER PASSWORD 'first'");
        var worker = hosts.Begin(RealHosts.Worker, null, ("ConnectionStrings__Postgres", new NpgsqlConnectionStringBuilder(hosts.Postgres)
        {
            Username = Role,
            Password = "first",
            SslMode = SslMode.VerifyFull,
            RootCertificate = folder["authorities.pem"],
        }.ToString()));
        await worker.Ready();
        await hosts.Submit(OrderLines.Make(5));
        await Eventually.Is(async () => await hosts.Count("orchestrator", "SELECT count(*) FROM saga") == 5, "the worker took no orders");

        await Change(first: false);
        await hosts.Submit(OrderLines.Make(5));
        // A failed attempt would have another message. The last one would come two redeliveries later.
        await Eventually.Is(
            () => Task.FromResult(
                worker.Output.Split('\n')
                .Any(line => line.Contains("does not answer", StringComparison.Ordinal) && line.Contains(words, StringComparison.Ordinal))),
            TimeSpan.FromMinutes(1), () => Task.FromResult(worker.Output));
        (await worker.HealthReport()).ShouldContain(words.Replace("\"", "\\\"", StringComparison.Ordinal));
        (await worker.Answers("/health/live"), await worker.Answers("/health/ready")).ShouldBe((200, 503));
        await Change(first: true);
        await Eventually.Is(async () => await hosts.Count("orchestrator", "SELECT count(*) FROM saga") == 10, "what waited was lost");
        (await hosts.DeadLetters()).ShouldBeEmpty();
        (await hosts.Count("orchestrator", "SELECT count(*) FROM journal WHERE message_type = 'OrderSubmitted'")).ShouldBe(10);

        async Task Change(bool first)
        {
            switch (what)
            {
                case "password":
                    await Administer(postgres, $"ALTER ROLE {Role} PASSWORD '{(first ? "first" : "second")}'", Cut);
                    break;
                case "certificate":
                    await postgres.Show(
                        authority.Issue("127.0.0.1", first ? null : new DateTimeOffset(2024, 2, 29, 12, 0, 0, TimeSpan.Zero)));
                    await Administer(postgres, Cut);
                    break;
                default:
                    await Rename(postgres, first ? "elsewhere" : "postgres", first ? "postgres" : "elsewhere");
                    break;
            }
        }
    }

    [TestCase(
        "REVOKE INSERT ON shipping.shipping_shipment FROM shipping", "GRANT INSERT ON shipping.shipping_shipment TO shipping",
        "permission denied for table shipping_shipment")]
    [TestCase(
        "ALTER TABLE shipping.shipping_shipment RENAME TO being_restored",
        "ALTER TABLE shipping.being_restored RENAME TO shipping_shipment",
        "relation \"shipping_shipment\" does not exist")]
    public async Task Puts_off_only_what_needs_a_right_or_a_table_that_was_taken_away_and_names_it(string take, string give, string words)
    {
        await using var postgres = await PrivatePostgres.Create();
        await using var hosts = await RealHosts.On(postgres, roles: await PartyRoles.Create(postgres, SourceTree.Root));
        await hosts.Start(RealHosts.Worker, RealHosts.Inventory, RealHosts.Payment, RealHosts.Shipping);
        await hosts.Stock(("NW-11", 1_000));
        await Administer(postgres, take);
        await hosts.Submit(OrderLines.Make(3));
        var shipping = hosts.Running.Single(host => host.Name == RealHosts.Shipping);
        var escaped = words.Replace("\"", "\\\"", StringComparison.Ordinal);
        await Eventually.Is(
            async () => (await shipping.HealthReport()).Contains(escaped, StringComparison.Ordinal), "its health does not name the table");
        (await shipping.Answers("/health/ready")).ShouldBe(200, "everything else goes on");
        (await hosts.DeadLetters()).ShouldBeEmpty();
        await Administer(postgres, give);
        await hosts.Settled(3);
        (await hosts.States()).ShouldBe(new Dictionary<string, long> { ["Completed"] = 3 });
        (await hosts.DeadLetters()).ShouldBeEmpty();
    }

    // A client may connect between the two statements.
    static Task Rename(PrivatePostgres postgres, string name, string other) => Eventually.Is(
        async () =>
        {
            try
            {
                await Administer(
                    postgres, "template1",
                    [$"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
                        $"ALTER DATABASE {name} RENAME TO {other}"]);
                return true;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ObjectInUse)
            {
                return false;
            }
        },
        $"{name} is always in use");

    static Task Administer(PrivatePostgres postgres, params string[] statements) => Administer(postgres, "postgres", statements);

    static async Task Administer(PrivatePostgres postgres, string database, string[] statements)
    {
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(postgres.ConnectionString()) { Database = database, Pooling = false }.ToString());
        foreach (var statement in statements)
        {
            await using var command = source.CreateCommand(statement);
            await command.ExecuteNonQueryAsync();
        }
    }
}

/// <summary>A broker that accepted hosts before and refuses them now, or one of their permissions.</summary>
/// <remarks>These tests share servers. Each has its own virtual host, users and hosts.</remarks>
[Category("Broker")]
public class Hosts_that_their_broker_refuses_for_a_while
{
    const int Orders = 30;
    const long Units = 1_000_000;

    static readonly string[] Programs = [RealHosts.Worker, RealHosts.Inventory, RealHosts.Payment, RealHosts.Shipping];

    readonly string _password = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
    readonly TestAuthority _authority = new("Our Authority");
    readonly TemporaryFolder _folder = new();
    PrivateRabbitMq _rabbit = null!;
    RealHosts _hosts = null!;
    string _prefix = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        _rabbit = await PrivateRabbitMq.Create();
        await File.WriteAllTextAsync(_folder["authorities.pem"], _authority.Certificate);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _rabbit.DisposeAsync();
        _authority.Dispose();
        _folder.Dispose();
    }

    [SetUp]
    public async Task Open()
    {
        _hosts = await RealHosts.On(rabbit: _rabbit);
        _prefix = VirtualHost;
    }

    [TearDown]
    public async Task Close()
    {
        if (TestContext.CurrentContext.Result.Outcome.Status == NUnit.Framework.Interfaces.TestStatus.Failed)
        {
            foreach (var host in _hosts.Running)
                await TestContext.Out.WriteLineAsync(
                    $"{host.Name} {await host.HealthReport()}{Environment.NewLine}"
                    + $"{string.Join(Environment.NewLine, host.Output.Split('\n').TakeLast(40))}");
        }

        await _hosts.DisposeAsync();
    }

    [Test]
    public async Task Wait_while_their_password_is_another_one_and_lose_nothing()
    {
        await StartAll(User);
        await UnderLoad();
        foreach (var program in Programs)
            await _rabbit.Control("change_password", Name(program), "another");
        await CutAll();
        await _hosts.Submit(OrderLines.Make(Orders));
        await SayThatTheyWait("refuses the connection (ACCESS_REFUSED");
        foreach (var program in Programs)
            await _rabbit.Control("change_password", Name(program), _password);
        await Ends(2 * Orders);
    }

    [Test]
    public async Task Wait_while_the_certificate_of_the_broker_has_expired_and_lose_nothing()
    {
        await _rabbit.Show(_authority.Issue("127.0.0.1"));
        _hosts.Settings["Tls__Authorities"] = _folder["authorities.pem"];
        _hosts.Settings["ConnectionStrings__Postgres"] = _hosts.Settings["ConnectionStrings__Acquirer"] =
            $"{_hosts.Postgres};SSL Mode=Disable";
        await StartAll(program => Task.FromResult(new UriBuilder(_rabbit.TlsAddress) { Path = VirtualHost }.Uri));
        await UnderLoad();
        await _rabbit.Show(_authority.Issue("127.0.0.1", new DateTimeOffset(2024, 2, 29, 12, 0, 0, TimeSpan.Zero)));
        await CutAll();
        await SayThatTheyWait("the certificate of 127.0.0.1 is refused: it expired on 2024-02-29");
        await _rabbit.Show(_authority.Issue("127.0.0.1"));
        await Ends(Orders);
    }

    [Test, Category("Long")]
    public async Task Wait_while_their_virtual_host_is_gone_and_go_on_in_an_empty_one()
    {
        await StartAll(User);
        await UnderLoad();
        await Eventually.Is(
            async () =>
                await _hosts.Count("orchestrator", "SELECT count(*) FROM saga") == Orders, "what the broker alone knows would be lost");
        await _rabbit.Control("delete_vhost", VirtualHost);
        await SayThatTheyWait("vhost ");
        await _rabbit.Control("add_vhost", VirtualHost);
        foreach (var program in Programs)
            await Permit(program);
        await _hosts.Ended(Orders);
        (await _hosts.DeadLetters()).ShouldBeEmpty();
    }

    [Test]
    public async Task Put_off_only_what_needs_an_exchange_that_is_forbidden_and_name_it()
    {
        await StartAll(User);
        await Permit(RealHosts.Worker, write: "^(?!shipping-commands$).*");
        await Cut(RealHosts.Worker);
        await _hosts.Submit(OrderLines.Make(Orders));
        var worker = Host(RealHosts.Worker);
        await Eventually.Is(
            async () =>
                (await worker.HealthReport()).Contains("access to exchange 'shipping-commands'", StringComparison.Ordinal),
                TimeSpan.FromMinutes(1), worker.HealthReport);
        // Its queues get their consumers back a moment after its connections were cut.
        await Eventually.Is(async () => await worker.Answers("/health/ready") == 200, TimeSpan.FromSeconds(30), worker.HealthReport);
        // The payment of each tenth order is declined. Such an order needs no shipping.
        await _hosts.Ended(Orders / 10);
        await Submit(1, "DECLINE-1");
        await _hosts.Ended((Orders / 10) + 1);
        (await _hosts.DeadLetters()).ShouldBeEmpty();
        await Permit(RealHosts.Worker);
        await Ends(Orders + 1);
    }

    [Test, Category("Long")]
    public async Task Lose_nothing_when_they_may_send_nothing_at_all()
    {
        await StartAll(User);
        await Permit(RealHosts.Shipping, write: "^$");
        await Cut(RealHosts.Shipping);
        await _hosts.Submit(OrderLines.Make(Orders));
        var shipping = Host(RealHosts.Shipping);
        await Eventually.Is(
            async () =>
                await shipping.HealthReport() is var health
                && health.Contains("access to exchange 'shipping-commands_redelivery-1000ms'", StringComparison.Ordinal)
                && health.Contains("access to exchange 'Orchestrator.Contracts.Shipping:ShipmentBooked'", StringComparison.Ordinal),
            TimeSpan.FromMinutes(1), shipping.HealthReport);
        await Permit(RealHosts.Shipping);
        await Ends(Orders);
    }

    [Test, Category("Long")]
    public async Task Consume_as_before_when_a_right_that_is_not_needed_any_more_is_taken_away()
    {
        await StartAll(User);
        // The binding exists already, so this permission is not needed.
        await Permit(RealHosts.Worker, read: "^(?!Orchestrator.Contracts.Inventory:StockReserved$).*");
        await Cut(RealHosts.Worker);
        await _hosts.Submit(OrderLines.Make(Orders));
        await Ends(Orders);
        var worker = Host(RealHosts.Worker);
        await Eventually.Is(
            async () =>
                (await worker.HealthReport())
                .Contains("access to exchange 'Orchestrator.Contracts.Inventory:StockReserved'", StringComparison.Ordinal),
            TimeSpan.FromMinutes(1), worker.HealthReport);
        (await worker.Answers("/health/ready")).ShouldBe(200);
    }

    [Test, Category("Long")]
    public async Task Wait_for_a_queue_that_they_must_not_read_any_more_and_take_from_the_others()
    {
        _hosts.Settings["Broker__LongestWithoutConsumer"] = "00:00:10";
        await StartAll(User);
        await Permit(RealHosts.Inventory, read: "^(?!inventory-events$).*");
        await Cut(RealHosts.Inventory);
        var inventory = Host(RealHosts.Inventory);
        await Eventually.Is(
            async () =>
                await inventory.HealthReport() is var health
                && health.Contains("no consumer of this host for inventory-events; ", StringComparison.Ordinal)
                && health.Contains("'inventory-events'", StringComparison.Ordinal),
            TimeSpan.FromMinutes(1), inventory.HealthReport);
        await _hosts.Submit(OrderLines.Make(Orders));
        await _hosts.Ended(Orders);
        // Longer than the host waits for a consumer that is missing for another reason.
        await Task.Delay(TimeSpan.FromSeconds(20));
        (await inventory.Answers("/health/live"), await inventory.Answers("/health/ready")).ShouldBe((200, 503));
        await Permit(RealHosts.Inventory);
        await Ends(Orders);
    }

    async Task StartAll(Func<string, Task<Uri>> address)
    {
        foreach (var program in Programs)
            _hosts.Begin(program, await address(program));
        foreach (var host in _hosts.Running)
            await host.Ready();
        await _hosts.Stock(("NW-11", Units));
    }

    async Task<Uri> User(string program)
    {
        await _rabbit.Control("add_user", Name(program), _password);
        await Permit(program);
        return new UriBuilder(_hosts.Broker) { UserName = Name(program), Password = _password }.Uri;
    }

    async Task UnderLoad()
    {
        await _hosts.Submit(OrderLines.Make(Orders));
        await Eventually.Is(
            async () => await _hosts.Count("orchestrator", "SELECT count(*) FROM journal") > Orders, "the orders don't move");
    }

    async Task SayThatTheyWait(string reason)
    {
        foreach (var host in _hosts.Running)
        {
            await Eventually.Is(
                async () =>
                    await host.Answers("/health/ready") == 503 && (await host.HealthReport()).Contains(reason, StringComparison.Ordinal),
                    TimeSpan.FromMinutes(1), host.HealthReport);
            (await host.Answers("/health/live")).ShouldBe(200, "starting it again would not help");
            await Eventually.Is(
                () => Task.FromResult(host.Output.Contains("trying again until they can", StringComparison.Ordinal)),
                $"{host.Name} says nothing in its log");
        }
    }

    async Task Ends(int orders)
    {
        await _hosts.Settled(orders);
        await Eventually.Is(
            async () =>
                await _hosts.Count("inventory", "SELECT shipped FROM inventory_stock") == await _hosts.Count(
                    "orchestrator", "SELECT count(*) FROM saga WHERE state = 'Completed'") * OrderLines.UnitsEach,
            "inventory has not heard of all ends");
        await _hosts.Reconcile(Units);
        foreach (var host in _hosts.Running)
            await host.Ready();
    }

    string VirtualHost => _hosts.Broker.AbsolutePath[1..];

    string Name(string program) => $"{_prefix}-{program.Split('.')[^1]}";

    HostProcess Host(string program) => _hosts.Running.Single(host => host.Name == program);

    Task<string> Permit(string program, string write = ".*", string read = ".*") =>
        _rabbit.Control("set_permissions", "-p", VirtualHost, Name(program), ".*", write, read);

    // The broker checks permissions when a channel uses something for the first time.
    Task<string> Cut(string program) => _rabbit.Control("close_all_user_connections", Name(program), "cut by a test");

    Task<string> CutAll() => _rabbit.Control("close_all_connections", "-p", VirtualHost, "cut by a test");

    Task<IReadOnlyList<Guid>> Submit(int orders, string customer) =>
        _hosts.Submit([.. Enumerable.Range(0, orders).Select(_ => Embedded.EmbeddedRun.Line(Guid.CreateVersion7(), customer: customer))]);
}
