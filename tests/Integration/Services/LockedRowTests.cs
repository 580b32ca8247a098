using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Rides;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Participants;
using Orchestrator.Samples.RideBooking;
using Orchestrator.Services.Inventory;
using Orchestrator.Services.Payment;
using Orchestrator.Services.Payment.Acquirer;
using Orchestrator.Services.Shipping;
using Orchestrator.Storage;
using Orchestrator.Tests.Integration.Servers;

namespace Orchestrator.Tests.Integration.Services;

/// <summary>Participants while another session has locked rows of one order.</summary>
public class When_another_session_has_locked_a_row
{
    // The first batch that meets a lock waits a second for it.
    static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(3);

    static readonly Money Price = new(440m, "USD");

    PostgresDatabase _database = null!;
    Reservations _reservations = null!;
    Shipments _shipments = null!;
    SimulatedAcquirer _acquirer = null!;
    Payments _payments = null!;
    Fares _fares = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _database = await LimitedPostgres.Create();
        await _database.MigrateInventory();
        await _database.MigrateShipping();
        await _database.MigratePayment();
        await _database.MigrateAcquirer();
        await _database.MigrateRides();
        await new Stock(_database).Load([("A", 1_000), ("B", 1_000)]);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _database.DisposeAsync();

    // The state after a start: no batch knows of a lock.
    [SetUp]
    public void Open()
    {
        (_reservations, _shipments, _fares) = (
            new Reservations(_database), new Shipments(_database, new ShippingOptions()), new Fares(_database));
        _acquirer = new SimulatedAcquirer(_database);
        _payments = new Payments(_database, _acquirer, NullLogger<Payments>.Instance);
    }

    [TearDown]
    public void Close()
    {
        _fares.Dispose();
        _payments.Dispose();
        _acquirer.Dispose();
        _shipments.Dispose();
        _reservations.Dispose();
    }

    [TestCase("SELECT FROM inventory_stock WHERE sku = 'B' FOR UPDATE", TestName = "Stock_that_is_to_be_reserved_holds_up_its_orders_only")]
    [TestCase(
        "INSERT INTO inventory_reservation (order_id, status, epoch, released_epoch, updated_at) VALUES ('{0}', 'Reserved', 1, 0, now())",
        TestName = "An_order_that_is_being_inserted_holds_up_itself_only")]
    public Task Reservations_of_others_are_made(string statement) => OthersPass(
        statement, order => Answer(_reservations, new ReserveStock(order, 1, [new StockLine("B", 1), new StockLine("A", 1)])),
        order => Answer(_reservations, new ReserveStock(order, 1, [new StockLine("A", 1)])));

    [TestCase(
        "SELECT FROM inventory_stock WHERE sku = 'B' FOR UPDATE", TestName = "Stock_that_is_to_be_given_back_holds_up_its_orders_only")]
    [TestCase("SELECT FROM inventory_reservation WHERE order_id = '{0}' FOR UPDATE", TestName = "A_reservation_holds_up_itself_only")]
    public Task Reservations_of_others_are_released(string statement) => OthersPass(
        statement, order => Answer(_reservations, new ReleaseStock(order, 1)), order => Answer(_reservations, new ReleaseStock(order, 1)),
        order => Answer(_reservations, new ReserveStock(order, 1, [new StockLine("B", 1)])),
        order => Answer(_reservations, new ReserveStock(order, 1, [new StockLine("A", 1)])));

    [TestCase("SELECT FROM shipping_shipment WHERE order_id = '{0}' FOR UPDATE", TestName = "A_shipment_holds_up_itself_only")]
    public Task Shipments_of_others_are_dispatched(string statement) => OthersPass(
        statement, order => Answer(_shipments, new DispatchShipment(order, 1)), order => Answer(_shipments, new DispatchShipment(order, 1)),
        Book, Book);

    [TestCase(
        "SELECT pg_advisory_xact_lock(hashtextextended('payment {0}', 0))",
        TestName = "A_payment_in_another_transaction_holds_up_itself_only")]
    [TestCase("SELECT FROM acquirer_hold WHERE order_id = '{0}' FOR UPDATE", TestName = "A_hold_at_the_acquirer_holds_up_itself_only")]
    public Task Payments_of_others_are_captured(string statement) => OthersPass(
        statement, order => Answer(_payments, new CapturePayment(order, 1)), order => Answer(_payments, new CapturePayment(order, 1)),
        Authorize, Authorize);

    [TestCase("SELECT FROM payment_operation WHERE order_id = '{0}' FOR UPDATE", TestName = "A_row_of_a_payment_holds_up_itself_only")]
    public Task Payments_of_others_are_voided(string statement) => OthersPass(
        statement, order => Answer(_payments, new VoidPayment(order, 1)), order => Answer(_payments, new VoidPayment(order, 1)),
        Authorize, Authorize);

    [TestCase("SELECT FROM rides_fare WHERE ride_id = '{0}' FOR UPDATE", TestName = "A_fare_holds_up_itself_only")]
    public Task Fares_of_others_are_voided(string statement) => OthersPass(
        statement, ride => Answer(_fares, new VoidFare(ride, 1)), ride => Answer(_fares, new VoidFare(ride, 1)),
        AuthorizeFare, AuthorizeFare);

    /// <summary>Acts on an order whose row is locked, and on others meanwhile.</summary>
    async Task OthersPass(
        string statement, Func<Guid, Task<IStepMessage>> act, Func<Guid, Task<IStepMessage>> onOthers,
        Func<Guid, Task<IStepMessage>>? before = null, Func<Guid, Task<IStepMessage>>? beforeOthers = null)
    {
        var (order, others) = (Guid.CreateVersion7(), Enumerable.Range(0, 20).Select(_ => Guid.CreateVersion7()).ToList());
        if (before is not null)
            await Task.WhenAll([before(order), .. others.Select(beforeOthers!)]);

        Task<IStepMessage> waits;
        await using (await _database.Lock(statement.Replace("{0}", order.ToString(), StringComparison.Ordinal)))
        {
            waits = act(order);
            foreach (var few in others.Chunk(5))
                await Task.WhenAll(few.Select(onOthers)).WaitAsync(AtOnce);

            waits.IsCompleted.ShouldBeFalse();
        }

        (await waits).SagaId.ShouldBe(order);
    }

    Task<IStepMessage> Book(Guid order) => Answer(_shipments, new BookShipment(order, 1, new ShipTo("France", null)));

    Task<IStepMessage> Authorize(Guid order) => Answer(_payments, new AuthorizePayment(order, 1, "VINET", Price));

    Task<IStepMessage> AuthorizeFare(Guid ride) => Answer(_fares, new AuthorizeFare(ride, 1, "P-1", Price));

    static async Task<IStepMessage> Answer(IParticipant participant, ISagaMessage message) => (await participant.Handle(message))!;
}
