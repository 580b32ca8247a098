using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Journal;
using Orchestrator.MassTransit.Broker;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>Every queue gets its consumer back, after any outage and in any order.</summary>
/// <remarks>These tests share servers and hosts, and leave them in a good state.</remarks>
[Category("Broker")]
public class Every_endpoint
{
    const int Orders = 300;
    const long Units = 1_000_000;
    const string User = "hosts";

    static readonly TimeSpan Recovery = TimeSpan.FromSeconds(60);
    static readonly string[] WorkQueues =
    [
        .. new[] { "order-fulfilment", "ride-booking" }
            .SelectMany(kind => new[] { SagaQueues.Outcomes(kind), SagaQueues.Intake(kind), SagaQueues.Deadlines(kind) }),
        OperatorQueues.Commands, InventoryQueues.Commands, InventoryQueues.Events, PaymentQueues.Commands, ShippingQueues.Commands,
    ];

    static readonly string[] Services = [RealHosts.Inventory, RealHosts.Payment, RealHosts.Shipping];

    readonly string _password = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
    PrivatePostgres _postgres = null!;
    PrivateRabbitMq _rabbit = null!;
    RealHosts _hosts = null!;
    int _submitted;

    [OneTimeSetUp]
    public async Task Start()
    {
        (_postgres, _rabbit) = (await PrivatePostgres.Create(), await PrivateRabbitMq.Create());
        _hosts = await RealHosts.On(_postgres, _rabbit);
        await _rabbit.Control("add_user", User, _password);
        await Permit(User, ".*");
        foreach (var program in Services.Prepend(RealHosts.WorkerOfTwo))
            _hosts.Begin(program, AddressOf(User, _password));
        foreach (var host in _hosts.Running)
            await host.Ready();
        await _hosts.Stock(("NW-11", Units));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _hosts.DisposeAsync();
        await _rabbit.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    [TearDown]
    public async Task Explain()
    {
        if (TestContext.CurrentContext.Result.Outcome.Status != NUnit.Framework.Interfaces.TestStatus.Failed)
            return;
        foreach (var host in _hosts.Running)
        {
            await TestContext.Out.WriteLineAsync($"{host.Name} {await host.HealthReport()}");
            await TestContext.Out.WriteLineAsync(
                string.Join(
                    Environment.NewLine, host.Output.Split('\n').TakeLast(60).Select(line => line.Length > 400 ? line[..400] : line)));
        }
    }

    // The first case is long on purpose: handlers wait for PostgreSQL until their host has given up the connection of the killed broker.
    [TestCase("postgres", 20, "rabbit", 12, "rabbit", 35, "postgres", Category = "Long")]
    [TestCase("postgres", 0, "rabbit", 1, "postgres", 0, "rabbit")]
    [TestCase("rabbit", 0, "postgres", 1, "postgres", 0, "rabbit", Category = "Long")]
    [TestCase("rabbit", 0, "postgres", 1, "rabbit", 0, "postgres")]
    public async Task Consumes_again_after_an_outage_of_both_servers(
        string firstAway, int untilNext, string thenAway, int untilBack, string firstBack, int untilLast, string thenBack)
    {
        await UnderLoad();
        await Away(firstAway);
        await Lasts(TimeSpan.FromSeconds(untilNext));
        await Away(thenAway);
        await Lasts(TimeSpan.FromSeconds(untilBack));
        await Back(firstBack);
        await Lasts(TimeSpan.FromSeconds(untilLast));
        await Back(thenBack);
        await Consumes();
        await Ends();
    }

    [Test]
    public async Task Consumes_again_after_logins_were_refused_for_longer_than_clients_try()
    {
        await UnderLoad();
        await _rabbit.Control("change_password", User, "another");
        await _rabbit.CloseConnections();
        await Lasts(TimeSpan.FromSeconds(16));
        var health = await Task.WhenAll(_hosts.Running.Select(
            async host => (host.Name, await host.Answers("/health/live"), await host.Answers("/health/ready"))));
        await _rabbit.Control("change_password", User, _password);
        health.ShouldBe(_hosts.Running.Select(host => (host.Name, 200, 503)));
        await Consumes();
        await Ends();
    }

    [Test]
    public async Task Has_its_queue_bound_to_its_exchange_again()
    {
        await AtBroker(channel => channel.QueueUnbindAsync("shipping-commands", "shipping-commands", ""));
        await Submit(10);
        await Ends(Recovery);
    }

    [Test]
    public async Task Is_bound_to_its_events_again()
    {
        await AtBroker(channel => channel.ExchangeUnbindAsync("order-fulfilment", BrokerQueues.Event(typeof(StockReserved)), ""));
        await Submit(10);
        await Ends(Recovery);
    }

    [TestCase("shipping-commands_error")]
    [TestCase("shipping-commands")]
    public async Task Gets_a_queue_back_that_was_deleted(string queue)
    {
        await AtBroker(channel => channel.QueueDeleteAsync(queue));
        await Consumes();
    }

    [Test]
    public async Task Gives_its_messages_back_when_its_host_is_frozen()
    {
        await using var frozen = _hosts.Begin(RealHosts.Shipping);
        _hosts.Forget(frozen);
        await frozen.Ready();
        await frozen.Pause();
        await Submit(40);
        await Eventually.Is(async () => await Unacknowledged("shipping-commands") > 0, "it takes no messages");
        var waited = Stopwatch.StartNew();
        await Eventually.Is(
            async () => await Unacknowledged("shipping-commands") == 0, TimeSpan.FromSeconds(25),
            async () => $"{await Unacknowledged("shipping-commands")} messages are still held");
        await TestContext.Out.WriteLineAsync($"given back after {waited.Elapsed}");
        frozen.Kill();
        await Ends();
    }

    [Test]
    public async Task Is_named_when_it_has_no_consumer_and_ends_its_host_when_it_stays_so()
    {
        await _rabbit.Control("add_user", "deaf", _password);
        await Permit("deaf", ".*");
        await using var host = _hosts.Begin(
            RealHosts.Inventory, AddressOf("deaf", _password), ("Broker__LongestWithoutConsumer", "00:00:20"));
        _hosts.Forget(host);
        await host.Ready();
        // A queue with other arguments than the host expects.
        await AtBroker(async channel =>
        {
            await channel.QueueDeleteAsync("inventory-events");
            await channel.QueueDeclareAsync("inventory-events", durable: true, exclusive: false, autoDelete: false);
        });
        await Eventually.Is(
            async () => (await host.HealthReport()).Contains("no consumer of this host for inventory-events", StringComparison.Ordinal),
            TimeSpan.FromSeconds(20), host.HealthReport);
        (await host.Answers("/health/live"), await host.Answers("/health/ready")).ShouldBe((200, 503));
        await Eventually.Is(async () => await host.Answers("/health/live") != 200, Recovery, () => Task.FromResult("it does not end"));
        (await host.Exit()).ShouldBe(1, host.Output);
        host.Output.ShouldContain(
            "The host ends, and its platform must start it again: inventory-events has had no consumer of this host for");
        await AtBroker(channel => channel.QueueDeleteAsync("inventory-events"));
        await Consumes();
    }

    [Test]
    public async Task Is_undisturbed_by_a_crowd_at_the_port_of_the_health_checks()
    {
        _hosts.OpenFiles = 1024;
        await using var host = _hosts.Begin(RealHosts.Shipping);
        _hosts.Forget(host);
        (_hosts.OpenFiles, var crowd) = (null, new List<TcpClient>());
        try
        {
            await host.Ready();
            for (var i = 0; i < 1_100; i++)
            {
                var client = new TcpClient();
                crowd.Add(client);
                await client.ConnectAsync(host.Health.Host, host.Health.Port);
            }

            await Eventually.Is(
                async () => await host.Answers("/health/ready") == 200, Recovery,
                () => Task.FromResult($"its health check does not answer{Environment.NewLine}{host.Output}"));
            host.HasExited.ShouldBeFalse(host.Output);
        }
        finally
        {
            crowd.ForEach(client => client.Dispose());
        }

        (await host.Stop()).ShouldBe(0, host.Output);
    }

    async Task UnderLoad()
    {
        var before = await _hosts.Count("orchestrator", "SELECT count(*) FROM journal");
        await Submit(Orders);
        await Eventually.Is(
            async () => await _hosts.Count("orchestrator", "SELECT count(*) FROM journal") > before + Orders / 3, "the orders don't move");
    }

    async Task Submit(int orders)
    {
        await _hosts.Submit(OrderLines.Make(orders));
        _submitted += orders;
    }

    Task Away(string server) => server == "postgres" ? _postgres.Stop() : _rabbit.Kill();

    Task Back(string server) => server == "postgres" ? _postgres.Start() : _rabbit.Start();

    // There is no condition to wait for: the length of the outage is what the test is about.
    static Task Lasts(TimeSpan outage) => Task.Delay(outage);

    // A message that can't be read becomes a dead letter at once. So a queue has a consumer when its probe becomes a dead letter, and so
    // have the queues of its dead letters. The broker's own count is no use: RabbitMQ 3.10 still counts the consumers of a connection that
    // broke when it was killed.
    async Task Consumes()
    {
        var probes = WorkQueues.ToDictionary(queue => queue, _ => Guid.CreateVersion7());
        foreach (var (queue, probe) in probes)
            await Eventually.Is(async () => await Put(queue, probe), $"{queue} does not exist");
        await Eventually.Is(
            async () => (await Unanswered()).Count == 0, Recovery, async () => $"no consumer of {string.Join(", ", await Unanswered())}");

        async Task<List<string>> Unanswered()
        {
            var come = (await _hosts.DeadLetters()).Select(letter => letter.Message).ToHashSet();
            return [.. probes.Where(probe => !come.Contains(probe.Value)).Select(probe => probe.Key)];
        }
    }

    async Task<bool> Put(string queue, Guid message)
    {
        var properties = new BasicProperties
        {
            MessageId = message.ToString(),
            ContentType = "application/vnd.masstransit+json",
            Persistent = true,
        };
        try
        {
            await AtBroker(channel => channel.BasicPublishAsync("", queue, mandatory: true, properties, "no JSON"u8.ToArray()).AsTask());
            return true;
        }
        catch (RabbitMQ.Client.Exceptions.PublishException)
        {
            return false;
        }
    }

    async Task Ends(TimeSpan? within = null)
    {
        await Eventually.Is(
            async () => await _hosts.Count("orchestrator", "SELECT count(*) FROM saga WHERE completed_at IS NOT NULL") == _submitted,
            within ?? TimeSpan.FromMinutes(3), async () => string.Join("; ", await _hosts.States()));
        await _hosts.Settled(_submitted);
        await _hosts.BooksAgree(Units);
        foreach (var host in _hosts.Running)
            await host.Ready();
    }

    Uri AddressOf(string user, string password) => new UriBuilder(_hosts.Broker) { UserName = user, Password = password }.Uri;

    Task<string> Permit(string user, string read) =>
        _rabbit.Control("set_permissions", "-p", _hosts.Broker.AbsolutePath[1..], user, ".*", ".*", read);

    async Task<long> Unacknowledged(string queue)
    {
        var rows = await _rabbit.Control("-p", _hosts.Broker.AbsolutePath[1..], "list_queues", "name", "messages_unacknowledged");
        return long.Parse(
            rows.Split('\n').Select(row => row.Split('\t')).Single(row => row[0] == queue)[1],
            System.Globalization.CultureInfo.InvariantCulture);
    }

    async Task AtBroker(Func<IChannel, Task> act)
    {
        await using var connection =
            await new ConnectionFactory { Uri = _hosts.Broker, AutomaticRecoveryEnabled = false }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await act(channel);
    }
}
