using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts.Orders;
using Orchestrator.Hosting;
using Orchestrator.Hosting.Embedded;
using Orchestrator.Hosting.Telemetry;
using Orchestrator.Journal;
using Orchestrator.Local.Faults;
using Orchestrator.Local.Reporting;
using Orchestrator.Local.Runs;
using Orchestrator.MassTransit.Broker;
using Orchestrator.Services.Inventory;
using Orchestrator.Services.Payment;
using Orchestrator.Storage;
using Orchestrator.Worker;

namespace Orchestrator.Local.Servers;

/// <summary>The parties on RabbitMQ and PostgreSQL: all of them in this process, or elsewhere.</summary>
public sealed partial class ServerParties : IOrderCarrier, IAsyncDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    readonly IHost _host;
    readonly ILogger _logger;

    ServerParties(IHost host, PartyDatabases? databases)
    {
        (_host, Databases) = (host, databases);
        _logger = host.Services.GetRequiredService<ILogger<ServerParties>>();
    }

    /// <inheritdoc />
    public PartyDatabases? Databases { get; }

    /// <inheritdoc />
    public Task<string> Breakdown => _host.Services.GetRequiredService<StartUp>().Deaf;

    /// <inheritdoc />
    public FaultCounts? InjectedFaults => _host.Services.GetService<FaultCounts>();

    OrderSubmitter Submitter => _host.Services.GetRequiredService<OrderSubmitter>();

    /// <summary>Connects to the servers, and starts the parties unless they run elsewhere. It waits for servers that are away.</summary>
    /// <param name="options">The servers.</param>
    /// <param name="faults">How the participants in this process misbehave; null when they behave well.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="BrokerRefusedException">The broker refuses the connection.</exception>
    /// <exception cref="NewerSchemaException">A newer version of the program has changed the tables.</exception>
    public static async Task<ServerParties> Start(ServerOptions options, FaultSpec? faults, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        var services = builder.Services;
        builder.Configuration.AddEnvironmentVariables();
        services.AddTelemetry(builder.Configuration, "Orchestrator.Local");
        services.AddLogging(ProcessLog.Configure);
        services.AddSingleton<IHostLifetime, NoLifetime>();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<OrderSubmitter>();
        if (options.SubmitOnly)
        {
            foreach (var party in options.Postgres is null ? [] : Parties)
                services.AddPartyStore(party, options.Postgres!);
            services.AddPartyBus(options.RabbitMq, new BrokerConventions { Source = "local" }, _ => { }, (_, _) => { });
        }
        else
            services.AddPartiesOnServers(
                builder.Configuration, new(options.Postgres!, options.RabbitMq, new()), OrderParties.All(faults).All);

        var parties = new ServerParties(builder.Build(), null);
        try
        {
            await parties.Start(cancellationToken);
            if (options.SubmitOnly)
                await DeclareIntake(options.RabbitMq, cancellationToken);
            if (options.Postgres is null)
                return parties;
            var databases = parties.AllDatabases();
            if (options.SubmitOnly)
                await parties.UntilTablesAreThere(databases, cancellationToken);
            return new ServerParties(parties._host, databases);
        }
        catch
        {
            await ((IAsyncDisposable)parties._host).DisposeAsync();
            throw;
        }
    }

    /// <summary>Does nothing: the broker has kept the messages that were under way.</summary>
    public Task Recover(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task Submit(Submission order, Action<string> reject, CancellationToken cancellationToken) =>
        Submitter.Submit(order, reject, cancellationToken);

    /// <summary>True when the broker has every order, and no message is held back in this process.</summary>
    public async Task<bool> IsIdle(CancellationToken cancellationToken)
    {
        await Submitter.Flush(cancellationToken);
        return _host.Services.IsNothingDelayed();
    }

    /// <summary>The orders that have not ended and have a message among the dead letters.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> Stuck(CancellationToken cancellationToken)
    {
        if (Databases is null)
            return new Dictionary<Guid, string>();
        var letters = await Databases.Orchestrator.Read(
            sql => sql.Query(
                """
                SELECT d.saga_id, d.message_type, d.source_queue, d.reason
                FROM dead_letter d LEFT JOIN order_fulfilment o ON o.id = d.saga_id
                WHERE d.saga_id IS NOT NULL AND d.redriven_at IS NULL AND (d.discarded_at IS NULL OR o.id IS NULL)
                    AND o.completed_at IS NULL
                """,
                row => (OrderId: row.GetGuid(0),
                    Why: $"{(row.IsDBNull(1) ? "a message" : row.GetString(1))} of order {row.GetGuid(0)} was set aside from "
                        + $"{row.GetString(2)}: {row.GetString(3)}")),
            cancellationToken);
        return letters.DistinctBy(letter => letter.OrderId).ToDictionary(letter => letter.OrderId, letter => letter.Why);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _host.Services.GetRequiredService<StartUp>().End(CancellationToken.None);
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }

    static string[] Parties => [WorkerRegistration.Party, InventoryRegistration.Party, PaymentRegistration.Party];

    // The run makes the queue of the worker, so that orders can wait in it before the first start of a worker.
    static async Task DeclareIntake(BrokerAddress broker, CancellationToken cancellationToken)
    {
        await using var connection = await broker.Connect("local", cancellationToken);
        await OthersQueues.Ensure(connection, SagaQueues.Intake("order-fulfilment"), cancellationToken, typeof(OrderSubmitted));
    }

    // Parties that run elsewhere make their tables at their first start.
    async Task UntilTablesAreThere(PartyDatabases databases, CancellationToken cancellationToken)
    {
        var tables =
            new[] { (databases.Orchestrator, "order_fulfilment"), (databases.Inventory, "inventory_stock"),
                (databases.Payment, "payment_posting") };
        foreach (var (database, table) in tables)
        {
            for (var told = false; !await database.Read(
                sql => sql.First("SELECT to_regclass(@table) IS NOT NULL", row => row.GetBoolean(0), ("table", table)),
                cancellationToken); told = true)
            {
                if (!told)
                    LogNoTable(table);
                await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            }
        }
    }

    async Task Start(CancellationToken cancellationToken)
    {
        await _host.StartAsync(cancellationToken);
        await _host.Services.GetRequiredService<StartUp>().Begin(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "There is no table {Table} yet; waiting for the hosts to start")]
    partial void LogNoTable(string table);

    PartyDatabases AllDatabases() => new(
        _host.Services.StoreOf(WorkerRegistration.Party), _host.Services.StoreOf(InventoryRegistration.Party),
        _host.Services.StoreOf(PaymentRegistration.Party));
}
