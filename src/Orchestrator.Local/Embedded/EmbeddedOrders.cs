using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Hosting.Embedded;
using Orchestrator.Hosting.Telemetry;
using Orchestrator.Journal;
using Orchestrator.Local.Faults;
using Orchestrator.Local.Reporting;
using Orchestrator.Local.Runs;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Storage;

namespace Orchestrator.Local.Embedded;

/// <summary>Runs orders in the embedded host: all parties in this process, on SQLite and a transport in memory.</summary>
public sealed class EmbeddedOrders : IOrderCarrier, IAsyncDisposable
{
    const string Name = "local", Program = "Orchestrator.Local";

    readonly EmbeddedHost _host;

    EmbeddedOrders(EmbeddedHost host)
    {
        _host = host;
        _host.Unhandled.SagaStuck += stuck => InFlight.Leave(stuck.Saga);
    }

    /// <summary>The database of the sagas, the journal and the participants.</summary>
    public Database Database => _host.Database;

    /// <summary>Sends and publishes.</summary>
    public IBus Bus => _host.Bus;

    /// <summary>The orders under way in this process.</summary>
    public OrdersInFlight InFlight => _host.Services.GetRequiredService<OrdersInFlight>();

    /// <inheritdoc />
    public PartyDatabases? Databases => new(Database, Database, Database);

    /// <inheritdoc />
    public Task<string> Breakdown => _host.Unhandled.Breakdown;

    /// <inheritdoc />
    public FaultCounts? InjectedFaults => _host.Services.GetService<FaultCounts>();

    /// <summary>Upgrades the tables to this version, and starts all parties.</summary>
    /// <param name="folder">The folder of the databases.</param>
    /// <param name="adjust">Changes what is registered, for tests.</param>
    /// <param name="faults">How the participants misbehave; null when they behave well.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="NewerSchemaException">A newer version of the program has changed the tables.</exception>
    public static async Task<EmbeddedOrders> Start(
        DataFolder folder, Action<IServiceCollection>? adjust = null, FaultSpec? faults = null,
        CancellationToken cancellationToken = default)
    {
        var parties = OrderParties.All(faults);
        parties.AddParticipant(Name, party =>
        {
            party.AddServices(host => host.Services.AddSingleton<OrdersInFlight>());
            party.AddHandlers(bus => bus.AddConsumer<OrderEnds>());
            party.AddQueues(
                (bus, context) => bus.ReceiveEndpoint("order-ends", endpoint => endpoint.ConfigureConsumer<OrderEnds>(context)));
        });
        return new(await EmbeddedHost.Start(folder, parties, Configure, cancellationToken));

        void Configure(IHostApplicationBuilder builder)
        {
            builder.Services.AddTelemetry(builder.Configuration, Program).AddLogging(ProcessLog.Configure);
            adjust?.Invoke(builder.Services);
        }
    }

    /// <summary>
    /// Drives every unfinished order again, and every order that ended since the last clean stop: the messages that were under way
    /// died with the process.
    /// </summary>
    public Task Recover(CancellationToken cancellationToken) => _host.Recover(
        // This process hears only of the ends of orders. So only orders enter, since only they can leave again.
        (kind, saga) => kind is SagaKind<Order> ? InFlight.Enter(saga.Id, saga.Data.Length, cancellationToken) : Task.CompletedTask,
        cancellationToken);

    /// <inheritdoc />
    public async Task Submit(Submission order, Action<string> reject, CancellationToken cancellationToken)
    {
        await InFlight.Enter(order.Order.OrderId, order.Size, cancellationToken);
        await order.Publish(Bus, cancellationToken);
    }

    /// <summary>
    /// True when no order is under way, no message is held back, and the inventory has heard of every end. The transport in memory loses
    /// messages when the process ends. A suspended order is not under way.
    /// </summary>
    /// <remarks>
    /// The count in this process is not enough, so this asks the database too. A message that was held back may move an order that had
    /// left the count, and so may an operator.
    /// </remarks>
    public async Task<bool> IsIdle(CancellationToken cancellationToken) =>
        InFlight.IsEmpty && _host.Services.IsNothingDelayed() && await Database.Read(
        sql => sql.First(
            $"""
             SELECT NOT EXISTS (
                 SELECT 1 FROM inventory_reservation r
                 WHERE r.status = 'Reserved' AND NOT {Database.Among("r.order_id", "stuck")}
                   AND EXISTS (SELECT 1 FROM order_fulfilment o WHERE o.id = r.order_id AND o.completed_at IS NOT NULL))
             AND NOT EXISTS (
                 SELECT 1 FROM saga s
                 WHERE s.kind = 'order-fulfilment' AND s.completed_at IS NULL AND s.state <> 'Suspended'
                     AND NOT {Database.Among("s.id", "stuck")})
             """,
            row => row.GetBoolean(0),
            ("stuck", _host.Unhandled.Stuck.Keys.ToArray())),
        cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyDictionary<Guid, string>> Stuck(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<Guid, string>>(
        _host.Unhandled.Stuck.ToDictionary(stuck => stuck.Key, stuck => stuck.Value.Sentence("order")));

    /// <summary>Stops, and notes that there is nothing to recover. Call it when nothing is under way.</summary>
    public Task StopCleanly(CancellationToken cancellationToken) => _host.StopCleanly(cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
