using System.Diagnostics;
using System.Globalization;
using Orchestrator.Contracts.Orders;
using Orchestrator.MassTransit.Broker;
using Orchestrator.Tests.Servers;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Benchmarks.Site;

/// <summary>
/// Four processes that handle orders: the hosts of the product, or those of the floor. Each contender has its own database and virtual
/// host.
/// </summary>
sealed class Contender : IAsyncDisposable
{
    readonly List<HostProcess> _hosts = [];
    readonly List<Func<HostProcess>> _starts = [];
    readonly string _logs;
    int _handled;

    Contender(string name, Uri broker, Books books, string logs) => (Name, Broker, Books, _logs) = (name, broker, books, logs);

    /// <summary>The name of the contender. No name begins with another one and a hyphen.</summary>
    public string Name { get; }

    /// <summary>The address of its queues.</summary>
    public Uri Broker { get; }

    /// <summary>Its tables.</summary>
    public Books Books { get; }

    /// <summary>Its processes, the worker first.</summary>
    public IReadOnlyList<HostProcess> Hosts => _hosts;

    /// <summary>The number of orders that it has handled.</summary>
    public int Handled => _handled;

    /// <summary>The product: its hosts as in production, with metrics.</summary>
    /// <param name="servers">The servers that it uses.</param>
    /// <param name="programs">The programs.</param>
    /// <param name="name">A name that differs from those of other contenders.</param>
    /// <param name="workers">The number of workers.</param>
    /// <param name="settings">Settings of the workers, in addition to the usual ones.</param>
    /// <param name="fill">Fills the tables before the hosts start.</param>
    /// <param name="telemetry">The settings of the telemetry; null to send metrics to the receiver of the servers.</param>
    public static async Task<Contender> Product(
        BenchServers servers, Programs programs, string name, int workers = 1, Dictionary<string, string>? settings = null, Func<Books,
        Task>? fill = null,
        Dictionary<string, string>? telemetry = null)
    {
        var product = await Make(servers, programs, name, fill);
        foreach (
            var (i, program) in Enumerable.Repeat(Programs.Worker, workers)
            .Concat([Programs.Inventory, Programs.Payment, Programs.Shipping]).Index())
        {
            product.Start(() => HostProcess.Start(
                programs.PathOf(program),
                product.Connections.Concat(telemetry ?? Telemetry(servers, $"{name}-{program}-{i}"))
                .Concat(program == Programs.Worker ? settings ?? [] : []),
                log: product.LogOf($"{program}-{i}")));
        }

        await product.Ready();
        return product;
    }

    /// <summary>The floor.</summary>
    /// <param name="servers">The servers that it uses.</param>
    /// <param name="programs">The programs.</param>
    /// <param name="name">A name that differs from those of other contenders.</param>
    /// <param name="commands">The number of commands of an order: 5, or 4 without the dispatch.</param>
    public static async Task<Contender> Floor(BenchServers servers, Programs programs, string name, int commands = 5)
    {
        var floor = await Make(servers, programs, name);
        await floor.DeclareQueues();
        foreach (var part in new[] { "worker", "inventory", "payment", "shipping" })
        {
            floor.Start(() => HostProcess.Start(
                programs.PathOf(Programs.Floor), floor.Connections.Append(new("Floor__Commands", $"{commands}")), log: floor.LogOf(part),
                arguments: part));
        }

        await floor.Ready();
        return floor;
    }

    /// <summary>Stops a process and starts it again.</summary>
    /// <param name="index">The place of the process among the others.</param>
    /// <returns>The time from its start until it takes messages.</returns>
    public async Task<TimeSpan> Restart(int index)
    {
        await _hosts[index].Stop();
        await _hosts[index].DisposeAsync();
        var watch = Stopwatch.StartNew();
        _hosts[index] = _starts[index]();
        await _hosts[index].Ready();
        return watch.Elapsed;
    }

    /// <summary>Counts orders as handled.</summary>
    public void Carried(int orders) => _handled += orders;

    /// <summary>Stops all processes, so that they export their last metrics.</summary>
    public async Task Stop() => await Task.WhenAll(_hosts.Where(host => !host.HasExited).Select(host => host.Stop()));

    /// <summary>What is wrong with its processes; null when nothing is.</summary>
    public string? Ended() =>
        _hosts.FirstOrDefault(host => host.HasExited) is { } gone ? $"{Name}: {gone.Name} ended by itself: {Tail(gone.Output)}" : null;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
            await host.DisposeAsync();
        await Books.DisposeAsync();
    }

    Dictionary<string, string> Connections => new()
    {
        ["ConnectionStrings__Postgres"] = Books.ConnectionString,
        ["ConnectionStrings__Acquirer"] = Books.ConnectionString,
        ["ConnectionStrings__RabbitMQ"] = Broker.ToString(),
    };

    static Dictionary<string, string> Telemetry(BenchServers servers, string service) => new()
    {
        ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] = $"{servers.Metrics.Address}/v1/metrics",
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = servers.Export.TotalMilliseconds.ToString(CultureInfo.InvariantCulture),
        ["OTEL_SERVICE_NAME"] = service,
    };

    static async Task<Contender> Make(BenchServers servers, Programs programs, string name, Func<Books, Task>? fill = null)
    {
        var books = new Books(await servers.CreateDatabase(name.Replace('-', '_')));
        await books.Prepare();
        if (fill is not null)
            await fill(books);
        return new Contender(name, await servers.Rabbit.CreateVirtualHost(), books, programs.Logs);
    }

    void Start(Func<HostProcess> start)
    {
        _starts.Add(start);
        _hosts.Add(start());
    }

    string LogOf(string host) => Path.Combine(_logs, $"{Name}-{host}.log");

    async Task Ready() => await Task.WhenAll(_hosts.Select(host => host.Ready()));

    async Task DeclareQueues()
    {
        await using var connection = await new ConnectionFactory { Uri = Broker }.CreateConnectionAsync("bench");
        await using var channel = await connection.CreateChannelAsync();
        await BrokerQueues.DeclareWork(channel, "order-fulfilment-intake", default, typeof(OrderSubmitted));
        await BrokerQueues.DeclareWork(channel, "order-fulfilment", default);
        await BrokerQueues.DeclareWork(channel, "inventory-commands", default);
        await BrokerQueues.DeclareWork(channel, "inventory-events", default, typeof(OrderFulfilled));
        await BrokerQueues.DeclareWork(channel, "payment-commands", default);
        await BrokerQueues.DeclareWork(channel, "shipping-commands", default);
    }

    static string Tail(string text) => text.Length > 2_000 ? text[^2_000..] : text;
}
