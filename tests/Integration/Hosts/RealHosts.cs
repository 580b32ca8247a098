using System.Diagnostics;
using MassTransit;
using Npgsql;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;
using Orchestrator.Local.Orders;
using Orchestrator.MassTransit.Broker;
using Orchestrator.Services.Inventory;
using Orchestrator.Services.Payment;
using Orchestrator.Services.Payment.Acquirer;
using Orchestrator.Services.Shipping;
using Orchestrator.Storage;
using Orchestrator.Tests.Generator;
using Orchestrator.Tests.Integration.Servers;
using Orchestrator.Worker;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>The hosts of all parties, each in its own process, on one database and one virtual host of the broker.</summary>
sealed class RealHosts : IAsyncDisposable
{
    public const string Worker = "Orchestrator.Worker", Inventory = "Orchestrator.Services.Inventory",
        Payment = "Orchestrator.Services.Payment", Shipping = "Orchestrator.Services.Shipping";

    /// <summary>The worker with a second saga, the saga of the rides.</summary>
    public const string WorkerOfTwo = "Orchestrator.Tests.TwoSagas";

    /// <summary>The hosts of the sample: each is a program and its argument.</summary>
    public const string RideWorker = "Orchestrator.Samples.RideBooking worker",
    RideParticipants = "Orchestrator.Samples.RideBooking participants";

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    readonly string _postgres;
    readonly PartyRoles? _roles;
    readonly Dictionary<string, PostgresDatabase> _databases = [];
    readonly List<HostProcess> _running = [];
    IBusControl? _bus;

    RealHosts(string postgres, Uri broker, PartyRoles? roles) => (_postgres, Broker, _roles) = (postgres, broker, roles);

    /// <summary>The broker, with the virtual host of this test.</summary>
    public Uri Broker { get; }

    /// <summary>The connection string of the database.</summary>
    public string Postgres => _postgres;

    /// <summary>Settings of every host that starts from now on, in addition to the usual ones.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>A suffix of the connection strings of hosts that start from now on.</summary>
    public string MoreOfConnections { get; set; } = "";

    /// <summary>The number of files that hosts may have open that start from now on; that of this process by default.</summary>
    public int? OpenFiles { get; set; }

    /// <summary>
    /// The users of the parties at the broker. Hosts that start from now on connect as these; with null, as its administrator.
    /// </summary>
    public BrokerUsers? Users { get; set; }

    /// <summary>The passwords of the parties' roles in the database.</summary>
    public IReadOnlyCollection<string> RolePasswords => _roles?.Passwords ?? [];

    /// <summary>The program that runs the commands of operators.</summary>
    public string Operated { get; set; } = Worker;

    /// <summary>The hosts that run.</summary>
    public IReadOnlyList<HostProcess> Running => _running;

    /// <summary>Makes an empty database and an empty virtual host, on the shared servers or on the given ones.</summary>
    public static async Task<RealHosts> On(PrivatePostgres? postgres = null, PrivateRabbitMq? rabbit = null, PartyRoles? roles = null) =>
        new(
        roles?.Administrator ?? postgres?.ConnectionString() ?? await SharedPostgres.CreateDatabase(),
        rabbit is null ? await SharedRabbitMq.CreateVirtualHost() : await rabbit.CreateVirtualHost(),
        roles);

    /// <summary>Starts hosts, and waits until they take messages.</summary>
    public async Task Start(params string[] programs)
    {
        var started = programs.Select(program => Begin(program)).ToList();
        foreach (var host in started)
            await host.Ready();
    }

    /// <summary>Starts a host.</summary>
    public HostProcess Begin(string program, Uri? broker = null, params (string Name, string Value)[] settings)
    {
        var party = program is Worker or WorkerOfTwo or RideWorker ? WorkerRegistration.Party : program.Split('.')[^1].ToLowerInvariant();
        var words = program.Split(' ');
        var host = HostProcess.Start(
            Path.Combine(AppContext.BaseDirectory, $"{words[0]}.dll"),
            new Dictionary<string, string>
            {
                ["ConnectionStrings__Postgres"] = (_roles?.ConnectionString(party) ?? _postgres) + MoreOfConnections,
                ["ConnectionStrings__Acquirer"] = _roles?.ConnectionString("acquirer") ?? _postgres,
                ["ConnectionStrings__RabbitMQ"] = (broker ?? Users?.Address(party) ?? Broker).ToString(),
                ["Broker__Redelivery__0"] = "00:00:01",
                ["Broker__Redelivery__1"] = "00:00:02",
            }.Concat(Settings).Concat(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value))),
            openFiles: OpenFiles, arguments: words[1..]);
        _running.Add(host);
        return host;
    }

    /// <summary>Kills a host, and starts another one of the same kind.</summary>
    public HostProcess Replace(HostProcess host)
    {
        host.Kill();
        _running.Remove(host);
        return Begin(host.Name);
    }

    /// <summary>Removes a host from those that run. The test must end it.</summary>
    public void Forget(HostProcess host) => _running.Remove(host);

    /// <summary>The database of a party.</summary>
    public Database Store(string party)
    {
        if (!_databases.TryGetValue(party, out var database))
        {
            _databases[party] = database = PostgresDatabase.Connect(
                _postgres, party, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<PostgresDatabase>.Instance);
        }

        return database;
    }

    /// <summary>Adds stock.</summary>
    public Task Stock(params (string Sku, long OnHand)[] shelf) => new Stock(Store(InventoryRegistration.Party)).Load(shelf);

    /// <summary>Submits orders, given as lines of an orders file.</summary>
    public async Task<IReadOnlyList<Guid>> Submit(params string[] lines)
    {
        var bus = await Bus();
        var orders = new List<Guid>();
        using var file = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        await foreach (var line in OrderFile.Read(file, CancellationToken.None))
        {
            var order = line.Value!;
            orders.Add(order.OrderId);
            await bus.Publish(order, context => context.MessageId = DerivedId.From(nameof(OrderSubmitted), order.OrderId.ToString()));
        }

        return orders;
    }

    /// <summary>A bus with the conventions of all hosts.</summary>
    public async Task<IBus> Bus()
    {
        if (_bus is null)
        {
            BrokerAddress.TryParse(Broker.ToString(), out var address).ShouldBeTrue();
            _bus = global::MassTransit.Bus.Factory.CreateUsingRabbitMq(bus =>
            {
                address!.ApplyTo(bus, "tests");
                new BrokerConventions { Source = "tests" }.ApplyTo(bus);
            });
            await _bus.StartAsync();
        }

        return _bus;
    }

    /// <summary>Waits until this number of orders has ended.</summary>
    public Task Ended(int orders) => Eventually.Is(
        async () => await Count(WorkerRegistration.Party, "SELECT count(*) FROM saga WHERE completed_at IS NOT NULL") == orders,
        Patience, async () =>
            $"{string.Join("; ", await States())}; set aside: {string.Join("; ", await DeadLetters())}{Environment.NewLine}{Said()}");

    /// <summary>Waits until every order has ended and the stock that it held is settled.</summary>
    public async Task Settled(int orders)
    {
        await Ended(orders);
        await Eventually.Is(
            async () =>
                await Count(InventoryRegistration.Party, "SELECT CAST(coalesce(sum(reserved), 0) AS bigint) FROM inventory_stock") == 0,
            Patience, () => Task.FromResult("stock is still reserved"));
    }

    /// <summary>The number of orders in each state.</summary>
    public async Task<Dictionary<string, long>> States() => (await Store(WorkerRegistration.Party).Read(sql => sql.Query(
        "SELECT state, count(*) FROM saga GROUP BY state", row => (State: row.GetString(0), Count: row.GetInt64(1)))))
        .ToDictionary(row => row.State, row => row.Count);

    /// <summary>The number that a query returns.</summary>
    public async Task<long> Count(string party, string query) => await Store(party).Read(sql => sql.First(query, row => row.GetInt64(0)));

    /// <summary>The dead letters: the queue, the message and the reason.</summary>
    public Task<List<(string Queue, string? Type, Guid? Message, Guid? Saga, string Reason)>> DeadLetters() =>
        Store(WorkerRegistration.Party).Read(sql => sql.Query(
        "SELECT source_queue, message_type, message_id, saga_id, reason FROM dead_letter ORDER BY at",
        row => (row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.IsDBNull(2) ? null : (Guid?)row.GetGuid(2),
            row.IsDBNull(3) ? null : (Guid?)row.GetGuid(3), row.GetString(4))));

    /// <summary>Checks that all books agree (ledger, gateway, stock, shipments, journal) and that there are no dead letters.</summary>
    public async Task Reconcile(long units)
    {
        (await DeadLetters()).ShouldBeEmpty();
        await BooksAgree(units);
        (await Count(PaymentRegistration.Party, "SELECT CAST(coalesce(sum(held_minor), 0) AS bigint) FROM payment_summary")).ShouldBe(0);
        (await Count(ShippingRegistration.Party, "SELECT count(*) FROM shipping_shipment WHERE status = 'Booked'")).ShouldBe(0);
    }

    /// <summary>
    /// Checks what must hold at any time: the journals have no gaps, units are conserved, sums are zero, and the gateway agrees.
    /// </summary>
    public async Task BooksAgree(long units)
    {
        (await Count(
            WorkerRegistration.Party,
            "SELECT count(*) FROM saga s WHERE version <> (SELECT count(*) FROM journal j WHERE j.kind = s.kind AND j.saga_id = s.id)"))
            .ShouldBe(0);
        (await Count(InventoryRegistration.Party, "SELECT CAST(sum(on_hand + reserved + shipped) AS bigint) FROM inventory_stock"))
            .ShouldBe(units);
        (await Count(PaymentRegistration.Party, "SELECT CAST(coalesce(sum(amount_minor), 0) AS bigint) FROM payment_entry")).ShouldBe(0);
        (await PaymentBooks.Differences(Store(PaymentRegistration.Party), Store(AcquirerRegistration.Party))).ShouldBeEmpty();
    }

    /// <summary>Runs a command of the program of the sagas, as an operator does.</summary>
    public async Task<(int ExitCode, string Output, string Error)> Command(
        IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>>? settings = null)
    {
        var words = Operated.Split(' ');
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, $"{words[0]}.dll"), .. words[1..], .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ConnectionStrings__Postgres"] = Postgres, ["ConnectionStrings__RabbitMQ"] = Broker.ToString() },
        };
        foreach (var (name, value) in settings ?? [])
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, said[0].Trim(), said[1].Trim());
    }

    public async ValueTask DisposeAsync()
    {
        if (_bus is not null)
            await _bus.StopAsync(TimeSpan.FromSeconds(10));
        foreach (var host in _running)
            await host.DisposeAsync();
        foreach (var database in _databases.Values)
            await database.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
    }

    string Said() => string.Join(Environment.NewLine, _running.Select(host => $"--- {host.Name}{Environment.NewLine}{Tail(host.Output)}"));

    static string Tail(string text) => text.Length > 3_000 ? text[^3_000..] : text;
}
