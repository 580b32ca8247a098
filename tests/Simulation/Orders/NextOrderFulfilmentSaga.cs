using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Engine;
using Orchestrator.Sagas.OrderFulfilment;

namespace Orchestrator.Tests.Simulation.Orders;

[SentTo(NextOrderFulfilmentSaga.Customers)]
sealed record ScreenCustomer(Guid OrderId, int Epoch, string CustomerId) : IOrderStep;

sealed record CustomerScreened(Guid OrderId, int Epoch) : IOrderStep;

sealed record CustomerRejected(Guid OrderId, int Epoch, string Reason) : IOrderStep;

[SentTo(NextOrderFulfilmentSaga.Customers)]
sealed record ForgetScreening(Guid OrderId, int Epoch) : IOrderStep;

sealed record ScreeningForgotten(Guid OrderId, int Epoch) : IOrderStep;

[SentTo(NextOrderFulfilmentSaga.Customers)]
sealed record SendReceipt(Guid OrderId, int Epoch) : IOrderStep;

sealed record ReceiptSent(Guid OrderId, int Epoch) : IOrderStep;

/// <summary>A possible next version of the order saga: it has one more step before the pivot, one more after it, and other times.</summary>
sealed class NextOrderFulfilmentSaga : StepSaga<Order>
{
    /// <summary>The participant of the new steps.</summary>
    public const string Customers = "customers-commands";

    public NextOrderFulfilmentSaga() : base("order-fulfilment", version: 4)
    {
        StartedBy<OrderSubmitted>(Order.From, key: order => order.OrderNumber, violation: OrderRules.Violation);
        UniqueKey();

        InParallel(
            Compensatable<ReserveStock>((order, epoch) => new(order.OrderId, epoch, order.Lines))
                .CompletedBy<StockReserved>()
                .RefusedBy<StockRefused>(refusal => refusal.Reason)
                .UndoneBy<ReleaseStock, StockReleased>((order, epoch) => new(order.OrderId, epoch))
                .UndoRefusedBy<StockReleaseRefused>(refusal => refusal.Reason)
                .PutsUnitsAtRisk(order => order.Lines.Sum(line => (long)line.Quantity)),

            Compensatable<AuthorizePayment>((order, epoch) => new(order.OrderId, epoch, order.CustomerId, order.Amount))
                .CompletedBy<PaymentAuthorized>((order, done) => order with { AuthorizationId = done.AuthorizationId })
                .RefusedBy<PaymentRefused>(refusal => refusal.Reason)
                .AskedBy<GetPaymentStatus,
                PaymentUnknown>((order, epoch, attempt) => new(order.OrderId, epoch, nameof(AuthorizePayment), attempt))
                .UndoneBy<VoidPayment, PaymentVoided>((order, epoch) => new(order.OrderId, epoch))
                .UndoRefusedBy<PaymentVoidRefused>(refusal => refusal.Reason)
                .Within(TimeSpan.FromSeconds(10)).Attempted(4)
                .PutsMoneyAtRisk(order => order.Amount));

        InParallel(
            Compensatable<BookShipment>((order, epoch) => new(order.OrderId, epoch, order.ShipTo))
                .CompletedBy<ShipmentBooked>((order, done) => order with { ShipmentId = done.ShipmentId })
                .RefusedBy<ShipmentRefused>(refusal => refusal.Reason)
                .UndoneBy<CancelShipment, ShipmentCancelled>((order, epoch) => new(order.OrderId, epoch))
                .UndoRefusedBy<ShipmentCancellationRefused>(refusal => refusal.Reason),

            Compensatable<ScreenCustomer>((order, epoch) => new(order.OrderId, epoch, order.CustomerId))
                .CompletedBy<CustomerScreened>()
                .RefusedBy<CustomerRejected>(refusal => refusal.Reason)
                .UndoneBy<ForgetScreening, ScreeningForgotten>((order, epoch) => new(order.OrderId, epoch)));

        Then(Pivot<CapturePayment>((order, epoch) => new(order.OrderId, epoch))
            .CompletedBy<PaymentCaptured>()
            .AgreesOn<PaymentCaptured, Money>(captured => captured.Amount, order => order.Amount)
            .RefusedBy<CaptureRefused>(refusal => refusal.Reason)
            .AskedBy<GetPaymentStatus,
            PaymentUnknown>((order, epoch, attempt) => new(order.OrderId, epoch, nameof(CapturePayment), attempt)));

        Then(Retriable<DispatchShipment>((order, epoch) => new(order.OrderId, epoch))
            .CompletedBy<ShipmentDispatched>((order, done) => order with { TrackingNumber = done.TrackingNumber }));

        Then(Receipt());

        EndsWithin(TimeSpan.FromHours(12));
        CancelledBy<CancelOrder, OrderCancellationRefused>(
            inAdvance: cancel => Order.NotYetKnown(cancel.OrderId),
            refused: (order, reason) => new(order.OrderId, reason));
        ConflictsWith((order, reason) => new OrderConflicted(order.OrderId, reason));
        Completes(order => new OrderFulfilled(order.OrderId));
        Cancels((order, refusal) => new OrderCancelled(order.OrderId, refusal.Step, refusal.Reason));
    }

    /// <summary>The step after the pivot. It may be tried for most of a day.</summary>
    public static Step<Order> Receipt() => Retriable<SendReceipt>((order, epoch) => new(order.OrderId, epoch))
        .CompletedBy<ReceiptSent>()
        .Attempted(40, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10));
}
