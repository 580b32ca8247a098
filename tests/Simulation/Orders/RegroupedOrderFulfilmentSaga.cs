using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Engine;
using Orchestrator.Sagas.OrderFulfilment;

namespace Orchestrator.Tests.Simulation.Orders;

/// <summary>A possible version of the order saga after that: it has other groups, another order of the steps, and one step less.</summary>
sealed class RegroupedOrderFulfilmentSaga : StepSaga<Order>
{
    public RegroupedOrderFulfilmentSaga() : base("order-fulfilment", version: 5)
    {
        StartedBy<OrderSubmitted>(Order.From, key: order => order.OrderNumber, violation: OrderRules.Violation);
        UniqueKey();

        Then(Compensatable<AuthorizePayment>((order, epoch) => new(order.OrderId, epoch, order.CustomerId, order.Amount))
            .CompletedBy<PaymentAuthorized>((order, done) => order with { AuthorizationId = done.AuthorizationId })
            .RefusedBy<PaymentRefused>(refusal => refusal.Reason)
            .AskedBy<GetPaymentStatus,
            PaymentUnknown>((order, epoch, attempt) => new(order.OrderId, epoch, nameof(AuthorizePayment), attempt))
            .UndoneBy<VoidPayment, PaymentVoided>((order, epoch) => new(order.OrderId, epoch))
            .UndoRefusedBy<PaymentVoidRefused>(refusal => refusal.Reason)
            .PutsMoneyAtRisk(order => order.Amount));

        InParallel(
            Compensatable<BookShipment>((order, epoch) => new(order.OrderId, epoch, order.ShipTo))
                .CompletedBy<ShipmentBooked>((order, done) => order with { ShipmentId = done.ShipmentId })
                .RefusedBy<ShipmentRefused>(refusal => refusal.Reason)
                .UndoneBy<CancelShipment, ShipmentCancelled>((order, epoch) => new(order.OrderId, epoch))
                .UndoRefusedBy<ShipmentCancellationRefused>(refusal => refusal.Reason),

            Compensatable<ReserveStock>((order, epoch) => new(order.OrderId, epoch, order.Lines))
                .CompletedBy<StockReserved>()
                .RefusedBy<StockRefused>(refusal => refusal.Reason)
                .UndoneBy<ReleaseStock, StockReleased>((order, epoch) => new(order.OrderId, epoch))
                .UndoRefusedBy<StockReleaseRefused>(refusal => refusal.Reason)
                .PutsUnitsAtRisk(order => order.Lines.Sum(line => (long)line.Quantity)));

        Then(Pivot<CapturePayment>((order, epoch) => new(order.OrderId, epoch))
            .CompletedBy<PaymentCaptured>()
            .AgreesOn<PaymentCaptured, Money>(captured => captured.Amount, order => order.Amount)
            .RefusedBy<CaptureRefused>(refusal => refusal.Reason)
            .AskedBy<GetPaymentStatus,
            PaymentUnknown>((order, epoch, attempt) => new(order.OrderId, epoch, nameof(CapturePayment), attempt)));

        InParallel(
            NextOrderFulfilmentSaga.Receipt(),
            Retriable<DispatchShipment>((order, epoch) => new(order.OrderId, epoch))
                .CompletedBy<ShipmentDispatched>((order, done) => order with { TrackingNumber = done.TrackingNumber }));

        EndsWithin(TimeSpan.FromHours(24));
        CancelledBy<CancelOrder, OrderCancellationRefused>(
            inAdvance: cancel => Order.NotYetKnown(cancel.OrderId),
            refused: (order, reason) => new(order.OrderId, reason));
        ConflictsWith((order, reason) => new OrderConflicted(order.OrderId, reason));
        Completes(order => new OrderFulfilled(order.OrderId));
        Cancels((order, refusal) => new OrderCancelled(order.OrderId, refusal.Step, refusal.Reason));
    }
}
