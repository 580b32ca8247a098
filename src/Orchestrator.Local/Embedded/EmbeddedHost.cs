using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using Orchestrator.Engine;
using Orchestrator.Hosting;
using Orchestrator.Hosting.Deadlines;
using Orchestrator.Hosting.Settings;
using Orchestrator.Hosting.Telemetry;
using Orchestrator.Journal;
using Orchestrator.Journal.Holds;
using Orchestrator.Local.Faults;
using Orchestrator.Local.Reporting;
using Orchestrator.Local.Runs;
using Orchestrator.MassTransit;
using Orchestrator.MassTransit.Endpoints;
using Orchestrator.MassTransit.Telemetry;
using Orchestrator.MassTransit.Wire;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Services.Inventory;
using Orchestrator.Services.Payment;
using Orchestrator.Services.Payment.Acquirer;
using Orchestrator.Services.Rides;
using Orchestrator.Services.Shipping;
using Orchestrator.Storage;
using Orchestrator.Worker;

namespace Orchestrator.Local.Embedded;

/// <summary>Every party in one process, on SQLite and the in-memory transport.</summary>
public sealed class EmbeddedHost : IOrderCarrier, IAsyncDisposable
{
    const string Name = "local", Program = "Orchestrator.Local";
    const int Concurrency = 256;

    /// <summary>The key of the database of the sagas, the journal and the participants.</summary>
    public const string Store = "store";

    /// <summary>The key of the database of the simulated acquirer.</summary>
    public const string Acquirer = "acquirer";

    readonly IHost _host;

    EmbeddedHost(IHost host) => _host = host;

    /// <summary>The database of the sagas, the journal and the participants.</summary>
    public Database Database => _host.Services.GetRequiredKeyedService<Database>(Store);

    /// <summary>Sends and publishes.</summary>
    public IBus Bus => _host.Services.GetRequiredService<IBus>();

    /// <summary>The orders under way in this process.</summary>
    public OrdersInFlight InFlight => _host.Services.GetRequiredService<OrdersInFlight>();

    /// <inheritdoc />
    public PartyDatabases? Databases => new(Database, Database, Database);

    /// <inheritdoc />
    public Task<string> Breakdown => Faults.Breakdown;

    /// <inheritdoc />
    public FaultCounts? InjectedFaults => _host.Services.GetService<FaultCounts>();

    /// <summary>Puts the parties together, on tables brought to this version, and starts them.</summary>
    /// <param name="folder">Where the databases lie.</param>
    /// <param name="adjust">Changes what is registered, for tests.</param>
    /// <param name="faults">How the participants misbehave, if they shall.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="NewerSchemaException">A newer version of the program has been here.</exception>
    public static async Task<EmbeddedHost> Start(
        DataFolder folder, Action<IServiceCollection>? adjust = null, FaultSpec? faults = null, CancellationToken cancellationToken = default)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddEnvironmentVariables();
        builder.Services.AddTelemetry(builder.Configuration, Program);
        Register(builder.Services, folder, faults);
        adjust?.Invoke(builder.Services);
        var host = new EmbeddedHost(builder.Build());
        try
        {
            await host.Migrate(cancellationToken);
            await host._host.StartAsync(cancellationToken);
            return host;
        }
        catch
        {
            await ((IAsyncDisposable)host._host).DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Drives every unfinished order again, and every order finished since the last clean stop: the transport forgot what
    /// was under way when the process died.
    /// </summary>
    public async Task Recover(CancellationToken cancellationToken)
    {
        var publisher = _host.Services.GetRequiredService<OutgoingPublisher>();
        foreach (var kind in _host.Services.GetServices<ISagaKind>())
        {
            await foreach (var unsettled in Recovery.Find(kind, cancellationToken))
            {
                if (unsettled.Problem is { } problem)
                    Faults.Unreadable(unsettled.Saga.Id, problem);
                if (unsettled.Problem is not null || unsettled.Outgoing.Count == 0)
                    continue;
                // Only the ends of orders are heard, so only orders can give their room back.
                if (kind is SagaKind<Order>)
                    await InFlight.Enter(unsettled.Saga.Id, unsettled.Saga.Data.Length, cancellationToken);
                await publisher.Send(kind, unsettled.Outgoing, cancellationToken, unsettled.Saga.TraceParent);
            }
        }
    }

    /// <inheritdoc />
    public async Task Submit(Submission order, Action<string> reject, CancellationToken cancellationToken)
    {
        await InFlight.Enter(order.Order.OrderId, order.Size, cancellationToken);
        await order.Publish(Bus, cancellationToken);
    }

    /// <summary>
    /// Whether no order is under way, no message is held back, and the inventory has heard of every end: the transport would
    /// forget it. What waits for an operator is not under way.
    /// </summary>
    /// <remarks>
    /// Not only what is counted in this process is under way: a message that was held back may move an order that had ended,
    /// and an operator one that had been given up.
    /// </remarks>
    public async Task<bool> IsIdle(CancellationToken cancellationToken) => InFlight.IsEmpty && _host.Services.IsNothingHeldBack() && await Database.Read(
        sql => sql.First(
            $"""
             SELECT NOT EXISTS (
                 SELECT 1 FROM inventory_reservation r
                 WHERE r.status = 'Reserved' AND NOT {Database.Among("r.order_id", "stuck")}
                   AND EXISTS (SELECT 1 FROM order_fulfilment o WHERE o.id = r.order_id AND o.completed_at IS NOT NULL))
             AND NOT EXISTS (
                 SELECT 1 FROM saga s
                 WHERE s.kind = 'order-fulfilment' AND s.completed_at IS NULL AND s.state <> 'Suspended' AND NOT {Database.Among("s.id", "stuck")})
             """,
            row => row.GetBoolean(0),
            ("stuck", Faults.Stuck.Keys.ToArray())),
        cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyDictionary<Guid, string>> Stuck(CancellationToken cancellationToken) => Task.FromResult(Faults.Stuck);

    /// <summary>Stops when nothing is under way, and notes that there is nothing to recover.</summary>
    public async Task StopCleanly(CancellationToken cancellationToken)
    {
        await _host.StopAsync(cancellationToken);
        await Recovery.StoppedCleanly(cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }

    FaultWatch Faults => _host.Services.GetRequiredService<FaultWatch>();

    Recovery Recovery => _host.Services.GetRequiredService<Recovery>();

    async Task Migrate(CancellationToken cancellationToken)
    {
        await _host.Services.MigrateOrchestrator(cancellationToken);
        await Database.MigrateInventory(cancellationToken);
        await Database.MigratePayment(cancellationToken);
        await Database.MigrateShipping(cancellationToken);
        await Database.MigrateRides(cancellationToken);
        await _host.Services.GetRequiredKeyedService<Database>(Acquirer).MigrateAcquirer(cancellationToken);
    }

    static void Register(IServiceCollection services, DataFolder folder, FaultSpec? faults)
    {
        services.AddLogging(ProcessLog.Configure);
        services.AddSingleton<IHostLifetime, NoLifetime>();
        services.AddSingleton(TimeProvider.System);
        services.AddKeyedSingleton<Database>(Store, (provider, _) => Sqlite(provider, folder.Database));
        services.AddKeyedSingleton<Database>(Acquirer, (provider, _) => Sqlite(provider, folder.AcquirerDatabase));

        // A run with faults is to show what sagas make of them, and to end.
        services.AddOrchestrator(StoreOf, faults is null ? BreakerOptions.Default : BreakerOptions.Off);
        services.AddSingleton(provider => new Recovery(provider.GetRequiredService<IJournalStore>(), Name));
        services.AddInventory(StoreOf);
        services.AddPayment(StoreOf);
        services.AddSimulatedAcquirer(provider => provider.GetRequiredKeyedService<Database>(Acquirer));
        services.AddShipping(StoreOf);
        services.AddRides(StoreOf);
        services.AddSingleton<OrdersInFlight>();
        services.AddSingleton<FaultWatch>();
        services.AddFaults(faults);
        services.AddMassTransit(bus => ConfigureBus(bus, faults?.Pace ?? 1));
        services.AddDeadlinesInProcess();

        static Database StoreOf(IServiceProvider provider) => provider.GetRequiredKeyedService<Database>(Store);
    }

    static SqliteDatabase Sqlite(IServiceProvider provider, string path) =>
        new(path, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SqliteDatabase>>());

    static void ConfigureBus(IBusRegistrationConfigurator bus, double pace)
    {
        bus.DisableUsageTelemetry();
        bus.AddSagas(pace);
        bus.AddInventoryHandlers();
        bus.AddPaymentHandlers();
        bus.AddShippingHandlers();
        bus.AddRideHandlers();
        bus.AddConsumer<OrderEnds>();
        bus.AddOptions<MassTransitHostOptions>().Configure(host => host.WaitUntilStarted = true);
        bus.UsingInMemory((context, transport) =>
        {
            transport.PrefetchCount = Concurrency;
            transport.ConcurrentMessageLimit = Concurrency;
            transport.UseMessageMetadata(SagaJournal.Party);
            transport.UseWireSerialization();
            transport.UseFilter(new HandledMessages(context.GetRequiredService<TimeProvider>()));
            transport.UseMessageRetry(retry =>
            {
                retry.Ignore<RejectedMessageException>();
                retry.Exponential(5, TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(50));
            });
            transport.ConnectReceiveObserver(context.GetRequiredService<FaultWatch>());
            transport.UseFaults(context);
            transport.SagaEndpoints(context);
            transport.InventoryEndpoints(context);
            transport.PaymentEndpoints(context);
            transport.ShippingEndpoints(context);
            transport.RideEndpoints(context);
            transport.ConfigureEndpoints(context);
        });
    }
}
