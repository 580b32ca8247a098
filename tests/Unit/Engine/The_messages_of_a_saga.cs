using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Engine;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Tests.Unit.Sagas;

namespace Orchestrator.Tests.Unit.Engine;

public class The_messages_of_a_saga
{
    readonly OrderFulfilmentSaga _saga = new();

    [Test]
    public void That_it_sends_are_its_commands_its_questions_its_ends_and_its_answers_to_people() => _saga.Sends.ShouldBe(
        [
            typeof(ReserveStock), typeof(ReleaseStock), typeof(AuthorizePayment), typeof(VoidPayment), typeof(GetPaymentStatus),
            typeof(BookShipment), typeof(CancelShipment), typeof(CapturePayment), typeof(DispatchShipment),
            typeof(OrderCancellationRefused), typeof(OrderConflicted), typeof(OrderFulfilled), typeof(OrderCancelled),
            typeof(SagaSuspended), typeof(OperatorCommandAccepted), typeof(OperatorCommandRefused),
        ],
        ignoreOrder: true);

    [Test]
    public void That_it_knows_are_its_start_its_outcomes_and_what_people_and_time_tell_it() => _saga.Messages.ShouldBe(
        [
            typeof(OrderSubmitted), typeof(CancelOrder),
            typeof(StockReserved), typeof(StockRefused), typeof(StockReleased), typeof(StockReleaseRefused),
            typeof(PaymentAuthorized), typeof(PaymentRefused), typeof(PaymentVoided), typeof(PaymentVoidRefused), typeof(PaymentUnknown),
            typeof(ShipmentBooked), typeof(ShipmentRefused), typeof(ShipmentCancelled), typeof(ShipmentCancellationRefused),
            typeof(PaymentCaptured), typeof(CaptureRefused), typeof(ShipmentDispatched),
            typeof(DeadlineReached), typeof(ResumeSaga), typeof(CompensateSaga), typeof(ResolveStep), typeof(RetryStep),
            typeof(RescheduleDeadline),
        ],
        ignoreOrder: true);

    [TestCase(typeof(OrderSubmitted), true)]
    [TestCase(typeof(CancelOrder), false)]
    [TestCase(typeof(StockReserved), false)]
    public void One_of_them_starts_it(Type message, bool starts) => _saga.Starts(message).ShouldBe(starts);

    [TestCase(typeof(DeadlineReached), true)]
    [TestCase(typeof(ResumeSaga), true)]
    [TestCase(typeof(CancelOrder), true)]
    [TestCase(typeof(OrderSubmitted), false)]
    [TestCase(typeof(StockReserved), false)]
    public void Are_addressed_to_it_when_they_mean_one_instance(Type message, bool isAddressed) =>
        StepSaga.IsAddressed(message).ShouldBe(isAddressed);

    [Test]
    public void That_mean_nothing_to_it_are_rejected_by_name() =>
        Should.Throw<RejectedMessageException>(() => Decider.Decide(
                _saga, null, new TripRequested(FreeTripSaga.Id, "Ada", "AY 5"), new Circumstances(DateTimeOffset.UnixEpoch)))
            .Message.ShouldBe("TripRequested means nothing to saga order-fulfilment");
}
