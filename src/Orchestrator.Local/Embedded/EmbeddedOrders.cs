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

/// <summary>Carries orders in the embedded host: every party in this process, on SQLite and a transport in memory.</summary>
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

    /// <summary>Puts the parties together, on tables brought to this version, and starts them.</summary>
    /// <param name="folder">Where the databases lie.</param>
    /// <param name="adjust">Changes what is registered, for tests.</param>
    /// <param name="faults">How the participants misbehave, if they shall.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="NewerSchemaException">A newer version of the program has been here.</exception>
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
    /// Drives every unfinished order again, and every order finished since the last clean stop: the transport forgot what
    /// was under way when the process died.
    /// </summary>
    public Task Recover(CancellationToken cancellationToken) => _host.Recover(
        // Only the ends of orders are heard, so only orders can give their room back.
        (kind, saga) => kind is SagaKind<Order> ? InFlight.Enter(saga.Id, saga.Data.Length, cancellationToken) : Task.CompletedTask,
        cancellationToken);

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

    /// <summary>Stops when nothing is under way, and notes that there is nothing to recover.</summary>
    public Task StopCleanly(CancellationToken cancellationToken) => _host.StopCleanly(cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
