using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Rides;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Journal;

namespace Orchestrator.Tests.Integration.Hosts.Hostile;

/// <summary>A queue that a host takes messages from, and one message of each type that belongs there.</summary>
/// <param name="Queue">Its name.</param>
/// <param name="Messages">Well-formed messages for a saga.</param>
sealed record Inbox(string Queue, params Func<Guid, object>[] Messages)
{
    static readonly DateTimeOffset Then = new(1996, 7, 4, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Every queue of every host.</summary>
    public static IReadOnlyList<Inbox> All { get; } =
    [
        new(SagaQueues.Intake("order-fulfilment"),
            id => new OrderSubmitted(id, $"{id:N}", "VINET", Then, "USD", [new("NW-11", 12, 14.0m)], new("France", "51100"))),
        new(SagaQueues.Outcomes("order-fulfilment"),
            id => new StockReserved(id, 1), id => new StockRefused(id, 1, "NW-11 is short"), id => new StockReleased(id, 1),
            id => new StockReleaseRefused(id, 1, "shipped"),
            id => new PaymentAuthorized(id, 1, "AUTH-1"), id => new PaymentRefused(id, 1, "customer blocked"), id =>
                new PaymentVoided(id, 1),
            id => new PaymentVoidRefused(id, 1, "captured"), id => new PaymentUnknown(id, 1, nameof(AuthorizePayment), 1),
            id => new PaymentCaptured(id, 1, new Money(168.00m, "USD")), id => new CaptureRefused(id, 1, "hold expired"),
            id => new ShipmentBooked(id, 1, "S-1"), id => new ShipmentRefused(id, 1, "no delivery"), id => new ShipmentCancelled(id, 1),
            id => new ShipmentCancellationRefused(id, 1, "dispatched"), id => new ShipmentDispatched(id, 1, "T-1"),
            id => new CancelOrder(id, "mallory", "spite"),
            id => new ResumeSaga(id, null, "ada", "go on"), id => new CompensateSaga(id, 3, "ada", "turn back"),
            id => new ResolveStep(id, null, nameof(BookShipment), StepResolution.Done, "a phone call", "ada", "it has been booked"),
            id => new RescheduleDeadline(id, null, Then, "ada", "at once")),
        new(SagaQueues.Deadlines("order-fulfilment"), id => new DeadlineReached(id, Then)),
        new(SagaQueues.Intake("ride-booking"), id => new RideRequested(id, "R-1", "VINET", "Reims", "Paris", new Money(20.00m, "EUR"))),
        new(SagaQueues.Outcomes("ride-booking"),
            id => new DriverAssigned(id, 1, "D-1"), id => new FareAuthorized(id, 1), id => new RideEnded(id, new Money(20.00m, "EUR"))),
        new(SagaQueues.Deadlines("ride-booking"), id => new DeadlineReached(id, Then)),
        // These are about rides. A hold of a step of the orders would stop all orders, and rightly so.
        new(OperatorQueues.Commands,
            _ => new HoldStep("ride-booking", HoldStep.Intake, "ada", "closed"), _ =>
                new ReleaseStep("ride-booking", HoldStep.Intake, 10, "ada", "open")),
        new(InventoryQueues.Commands, id => new ReserveStock(id, 1, [new("NW-11", 12)]), id => new ReleaseStock(id, 1)),
        new(InventoryQueues.Events, id => new OrderFulfilled(id)),
        new(PaymentQueues.Commands,
            id => new AuthorizePayment(id, 1, "VINET", new Money(168.00m, "USD")), id => new CapturePayment(id, 1), id =>
                new VoidPayment(id, 1),
            id => new GetPaymentStatus(id, 1, nameof(AuthorizePayment), 1)),
        new(ShippingQueues.Commands,
            id => new BookShipment(id, 1, new("France", "51100")), id => new CancelShipment(id, 1), id => new DispatchShipment(id, 1)),
    ];

    /// <summary>The inbox of a queue.</summary>
    public static Inbox Of(string queue) => All.Single(inbox => inbox.Queue == queue);
}
