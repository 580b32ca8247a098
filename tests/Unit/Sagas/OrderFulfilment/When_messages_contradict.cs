using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Testing;

namespace Orchestrator.Tests.Unit.Sagas.OrderFulfilment;

public class When_an_outcome_contradicts_what_was_asked_for
{
    static readonly PaymentCaptured OneEuro = new(OrderRun.OrderId, 1, new Money(1, "EUR"));

    [Test]
    public void The_saga_is_suspended_with_both_values()
    {
        var order = OrderTest.Capturing().Receive(OneEuro).Sends<SagaSuspended>().Is("Suspended: CapturePayment");
        order.Data.Suspended!.Reason.ShouldBe($"PaymentCaptured says 1.00 EUR, and {order.Data.Amount} was expected");
        order.LastRemark().ShouldBe(order.Data.Suspended.Reason);
        order.Deadline.ShouldBeNull();
    }

    [Test]
    public void An_operator_resolves_the_step_or_tries_it_again()
    {
        OrderTest.Capturing()
            .Receive(
                OneEuro,
                new ResolveStep(
                    OrderRun.OrderId, null, "CapturePayment", StepResolution.Done, "statement", "ada", "the rest was paid by bank"))
            .Is("Running: DispatchShipment");
        OrderTest.Capturing().Receive(OneEuro, new ResumeSaga(OrderRun.OrderId, null, "ada", "the gateway was wrong"))
            .Is("Running: CapturePayment");
    }

    [Test]
    public void An_outcome_that_agrees_after_all_ends_it() =>
        OrderTest.Capturing().Receive(OneEuro, Outcomes.Captured).Is("Running: DispatchShipment");
}

public class When_an_outcome_contradicts_while_its_step_is_held
{
    static SagaTest<OrderFulfilmentSaga, Order> Resumed() => new SagaTest<OrderFulfilmentSaga, Order>()
        .Hold("CapturePayment")
        .Receive(
            OrderRun.Submitted(), Outcomes.Reserved, Outcomes.Authorized, Outcomes.Booked,
            new PaymentCaptured(OrderRun.OrderId, 1, new Money(1, "EUR")))
        .Is("Suspended: CapturePayment")
        .Release("CapturePayment")
        .Receive(new ResumeSaga(OrderRun.OrderId, null, "ada", "nobody has asked for it yet"))
        .Sends<CapturePayment, OperatorCommandAccepted>();

    [Test]
    public void What_is_tried_again_can_be_refused() => Resumed().Receive(Outcomes.CaptureRefused).Is("Compensating: BookShipment");

    [Test]
    public void What_is_tried_again_is_given_up_in_the_end() => Resumed().UntilItStops().Is("Suspended: CapturePayment");

    [Test]
    public void What_is_tried_again_can_not_be_cancelled() =>
        Resumed().Receive(new CancelOrder(OrderRun.OrderId, "bob", "changed his mind")).Is("Running: CapturePayment");

    [Test]
    public void What_is_held_still_waits_for_its_release() => new SagaTest<OrderFulfilmentSaga, Order>()
        .Hold("CapturePayment")
        .Receive(
            OrderRun.Submitted(), Outcomes.Reserved, Outcomes.Authorized, Outcomes.Booked,
            new PaymentCaptured(OrderRun.OrderId, 1, new Money(1, "EUR")))
        .Receive(new ResumeSaga(OrderRun.OrderId, null, "ada", "nobody has asked for it yet"))
        .Is("Running: CapturePayment")
        .Release("CapturePayment").Sends<CapturePayment>();
}

public class When_an_outcome_lacks_a_value
{
    [Test]
    public void It_is_rejected_with_the_name() => Should.Throw<RejectedMessageException>(
        () => OrderTest.Submitted(new PaymentAuthorized(OrderRun.OrderId, 1, null!))).Message.ShouldEndWith(
            "is not acceptable: authorizationId is missing");

    [Test]
    public void Also_within_another_value() => Should.Throw<RejectedMessageException>(
        () => OrderTest.Capturing().Receive(new PaymentCaptured(OrderRun.OrderId, 1, new Money(10, null!)))).Message.ShouldEndWith(
            "is not acceptable: amount.currency is missing");
}

public class When_an_order_of_the_same_id_says_something_else
{
    [Test]
    public void It_is_a_conflict_and_is_answered_as_one()
    {
        var order = OrderTest.Submitted();
        order.Receive(OrderRun.Submitted() with { CustomerId = "ALFKI" }).Sends<OrderConflicted>()
            .Is("Running: ReserveStock, AuthorizePayment");
        order.Data.CustomerId.ShouldBe(OrderRun.Submitted().CustomerId);
        order.LastRemark().ShouldBe(
            $"refused: OrderSubmitted came with another content under the id of order-fulfilment {OrderRun.OrderId}, which started "
            + $"before; give each its own id");
    }

    [Test]
    public void The_same_order_again_is_none()
    {
        var order = OrderTest.Submitted();
        order.Receive(OrderRun.Submitted()).SendsNothing();
        order.LastRemark().ShouldBe("OrderSubmitted came again; the saga had started already");
    }
}
