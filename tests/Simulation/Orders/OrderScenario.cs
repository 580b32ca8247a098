using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Services.Inventory;
using Orchestrator.Services.Payment;
using Orchestrator.Services.Payment.Acquirer;
using Orchestrator.Services.Shipping;
using Orchestrator.Simulation.Parties;
using Orchestrator.Simulation.Scenarios;
using Orchestrator.Simulation.Worlds;

namespace Orchestrator.Tests.Simulation.Orders;

/// <summary>Orders with their stock, their money and their shipments.</summary>
sealed class OrderScenario : Scenario<Order>
{
    const string Customers = "customers";
    const long OnHand = 100;

    static readonly string[] Skus = ["A", "B", "C"];

    readonly MemoryDatabase _books;

    public OrderScenario(World world)
        : base(world, new OrderFulfilmentSaga(), new NextOrderFulfilmentSaga(), new RegroupedOrderFulfilmentSaga()) =>
        _books = NewDatabase("books", world.Loop.Time, books => books.MigrateAcquirer());

    protected override async Task Prepare(MemoryDatabase store)
    {
        await store.MigrateInventory();
        await store.MigratePayment();
        await store.MigrateShipping();
        await store.Write(sql => sql.Execute(Screenings.Table));
        await new Stock(store).Load(Skus.Select(sku => (sku, OnHand)));
    }

    protected override void Participants()
    {
        Host("inventory", InventoryQueues.Commands, Inventory);
        Host("inventory-events", InventoryQueues.Events, Inventory);
        World.Network.Subscribe(InventoryQueues.Events, typeof(OrderFulfilled));
        Host("payment", PaymentQueues.Commands, Payment);
        Host("shipping", ShippingQueues.Commands, Shipping);
        var isUpgraded = !World.Faults.Strikes(Fault.OldParticipant, 300, out var dice);
        Host(Customers, NextOrderFulfilmentSaga.Customers, (_, database, isFirst) =>
            new Screenings(World, Store, database, isUpgraded || isFirst).Answering(Answering()));
        World.Loop.After(TimeSpan.FromMinutes(5) + dice.Within(TimeSpan.FromHours(2)), () =>
        {
            if (isUpgraded)
                return;
            isUpgraded = true;
            World.Restart($"{Customers}-1");
        });
    }

    protected override ISagaMessage Started(Guid id, int number) => new OrderSubmitted(
        id, $"{number:0000}", World.Below(10) switch { 0 => "DECLINE-1", 1 => "NOCAPTURE-1", _ => "VINET" },
        new DateTimeOffset(2029, 12, 31, 0, 0, 0, TimeSpan.Zero), "USD",
        [.. Skus.Take(1 + World.Below(Skus.Length)).Select(sku => new OrderLine(sku, 1 + World.Below(20), 1 + World.Below(100)))],
        new ShipTo(World.Below(12) == 0 ? "Antarctica" : "France", "51100"));

    protected override ISagaMessage Another(ISagaMessage started) => (OrderSubmitted)started with { CustomerId = "ALFKI" };

    protected override IEnumerable<(string Step, StepResolution As)> Known(Guid id)
    {
        var (stock, shipment, held, captured) = Store.ReadNow(sql => sql.First(
            """
            SELECT coalesce(r.status, ''), coalesce(h.status, ''), coalesce(p.held_minor, 0) <> 0, coalesce(p.captured_minor, 0) <> 0
            FROM saga s
            LEFT JOIN inventory_reservation r ON r.order_id = s.id
            LEFT JOIN shipping_shipment h ON h.order_id = s.id
            LEFT JOIN payment_summary p ON p.order_id = s.id
            WHERE s.id = @id
            """,
            row => (row.GetString(0), row.GetString(1), row.GetBoolean(2), row.GetBoolean(3)), ("id", id)));
        if (captured)
            yield return (nameof(CapturePayment), StepResolution.Done);
        if (held)
            yield return (nameof(AuthorizePayment), StepResolution.Done);
        if (stock is "Reserved" or "Released")
            yield return (nameof(ReserveStock), stock == "Reserved" ? StepResolution.Done : StepResolution.Undone);
        if (shipment is "Booked" or "Cancelled")
            yield return (nameof(BookShipment), shipment == "Booked" ? StepResolution.Done : StepResolution.Undone);
        if (shipment is "Dispatched")
            yield return (nameof(DispatchShipment), StepResolution.Done);
    }

    protected override ISagaMessage Cancelled(Guid id) => new CancelOrder(id, "customer", "changed my mind");

    protected override ISagaMessage Misread(Order data, ISagaMessage message) =>
        Defect.Is(OrderDefects.BelieveTheAmount) && message is PaymentCaptured captured ? captured with { Amount = data.Amount } : message;

    protected override IEnumerable<string> Checks() => OrderChecks.Violations(Store, _books, OnHand);

    SimulatedParticipant Inventory(Process process, RemoteDatabase database)
    {
        var reservations = new Reservations(database);
        var participant = Answering().Is(reservations);
        if (Defect.Is(OrderDefects.IgnoreTombstones))
        {
            participant.Answers<ReserveStock>(async command =>
            {
                Store.WriteNow(
                    sql => sql.Execute(
                        "UPDATE inventory_reservation SET released_epoch = 0 WHERE order_id = @id AND status = 'Released'",
                        ("id", command.OrderId)));
                return (await reservations.Handle(command))!;
            });
        }

        return Defect.Is(OrderDefects.IgnoreTheEnd) ? participant.Hears<OrderFulfilled>(_ => Task.CompletedTask) : participant;
    }

    SimulatedParticipant Payment(Process process, RemoteDatabase database)
    {
        var gateway = new SimulatedLine(new SimulatedAcquirer(_books), process, Defect);
        var payments = new Payments(database, gateway, NullLogger<Payments>.Instance);
        return Answering().Is(payments).Answers<CapturePayment>(async command =>
        {
            await SayAnotherAmount(process, command);
            return (await payments.Handle(command))!;
        });
    }

    static async Task SayAnotherAmount(Process process, CapturePayment command)
    {
        if (process.Meets(Fault.WrongOutcome, 40))
        {
            var wrong = new PaymentCaptured(command.OrderId, command.Epoch, new Money(1, "EUR"));
            await process.Send(
                null, Message.Of(DerivedId.From(command.OrderId.ToString(), nameof(Fault.WrongOutcome)), wrong, null, mayBeLost: true));
        }
    }

    SimulatedParticipant Shipping(Process process, RemoteDatabase database)
    {
        var shipments = new Shipments(database, new ShippingOptions());
        var participant = Answering().Is(shipments);
        return !Defect.Is(OrderDefects.ForgetTheCancelledShipment) ? participant : participant.Answers<BookShipment>(async command =>
        {
            Store.WriteNow(
                sql => sql.Execute(
                    "UPDATE shipping_shipment SET cancelled_epoch = 0 WHERE order_id = @id AND status = 'Cancelled'",
                    ("id", command.OrderId)));
            return (await shipments.Handle(command))!;
        });
    }
}
