using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Services.Inventory;
using Orchestrator.Services.Payment;
using Orchestrator.Services.Payment.Acquirer;
using Orchestrator.Services.Shipping;
using Orchestrator.Storage;
using Orchestrator.Tests.Simulation.Checks;
using Orchestrator.Tests.Simulation.Engine;
using Orchestrator.Tests.Simulation.Parties;

namespace Orchestrator.Tests.Simulation.Scenarios;

/// <summary>Orders with their stock, their money and their shipments.</summary>
sealed class OrderScenario : Scenario<Order>
{
    const long OnHand = 100;

    static readonly string[] Skus = ["A", "B", "C"];

    readonly MemoryDatabase _books;

    public OrderScenario(World world) : base(world, new OrderFulfilmentSaga(), new NextOrderFulfilmentSaga()) =>
        _books = NewDatabase("books", world.Loop.Time, books => books.MigrateAcquirer());

    protected override async Task Prepare(MemoryDatabase store)
    {
        await store.MigrateInventory();
        await store.MigratePayment();
        await store.MigrateShipping();
        await new Stock(store).Load(Skus.Select(sku => (sku, OnHand)));
    }

    protected override void Participants()
    {
        Host("inventory", InventoryQueues.Commands, Inventory);
        Host("inventory-events", InventoryQueues.Events, Inventory);
        World.Network.Subscribe(InventoryQueues.Events, typeof(OrderFulfilled));
        Host("payment", PaymentQueues.Commands, Payment);
        Host("shipping", ShippingQueues.Commands, Shipping);
        Host("customers", NextOrderFulfilmentSaga.Customers, (_, _) => NextOrderFulfilmentSaga.Answering(Answering()));
    }

    protected override ISagaMessage Started(Guid id, int number) => new OrderSubmitted(
        id, $"{number:0000}", World.Below(10) switch { 0 => "DECLINE-1", 1 => "NOCAPTURE-1", _ => "VINET" }, new DateTimeOffset(2029, 12, 31, 0, 0, 0, TimeSpan.Zero), "USD",
        [.. Skus.Take(1 + World.Below(Skus.Length)).Select(sku => new OrderLine(sku, 1 + World.Below(20), 1 + World.Below(100)))],
        new ShipTo(World.Below(12) == 0 ? "Antarctica" : "France", "51100"));

    protected override ISagaMessage Cancelled(Guid id) => new CancelOrder(id, "customer", "changed my mind");

    protected override IEnumerable<string> Checks() => OrderChecks.Violations(Store, _books, OnHand);

    Participant Inventory(Process process, RemoteDatabase database)
    {
        var reservations = new Reservations(database);
        return Answering()
            .Answers<ReserveStock>(command =>
            {
                if (Defect.Is(Defect.IgnoreTombstones))
                    Store.WriteNow(sql => sql.Execute("UPDATE inventory_reservation SET released_epoch = 0 WHERE order_id = @id AND status = 'Released'", ("id", command.OrderId)));
                return reservations.Reserve(command);
            })
            .Answers<ReleaseStock>(command => reservations.Release(command))
            .Hears<OrderFulfilled>(fulfilled => Defect.Is(Defect.IgnoreTheEnd) ? Task.CompletedTask : reservations.Ship(fulfilled));
    }

    Participant Payment(Process process, RemoteDatabase database)
    {
        var gateway = new SimulatedLine(new SimulatedAcquirer(_books), process, Defect);
        var payments = new Payments(database, gateway, NullLogger<Payments>.Instance);
        return Answering()
            .Answers<AuthorizePayment>(command => payments.Authorize(command))
            .Answers<CapturePayment>(command => payments.Capture(command))
            .Answers<VoidPayment>(command => payments.Void(command))
            .Answers<GetPaymentStatus>(question => payments.Status(question));
    }

    Participant Shipping(Process process, RemoteDatabase database)
    {
        var shipments = new Shipments(database, new ShippingOptions());
        return Answering()
            .Answers<BookShipment>(command =>
            {
                if (Defect.Is(Defect.ForgetTheCancelledShipment))
                    Store.WriteNow(sql => sql.Execute("UPDATE shipping_shipment SET cancelled_epoch = 0 WHERE order_id = @id AND status = 'Cancelled'", ("id", command.OrderId)));
                return shipments.Book(command);
            })
            .Answers<CancelShipment>(command => shipments.Cancel(command))
            .Answers<DispatchShipment>(command => shipments.Dispatch(command));
    }
}
