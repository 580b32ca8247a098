using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Engine;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Testing;

namespace Orchestrator.Tests.Unit.Sagas.OrderFulfilment;

public class When_an_order_is_cancelled
{
    static readonly CancelOrder Cancel = new(OrderRun.OrderId, "VINET", "found it cheaper");
    static readonly OrderCancelled Cancelled = new(OrderRun.OrderId, "CancelOrder", "VINET: found it cheaper");

    [Test]
    public void What_it_attempted_is_undone()
    {
        var order = OrderTest.Submitted(Outcomes.Reserved).Receive(Cancel).Sends<ReleaseStock, VoidPayment>();
        order.Receive(Outcomes.Released, Outcomes.Voided).Is("Cancelled").Sent.ShouldBe([Cancelled]);
    }

    [Test]
    public void It_is_refused_from_the_moment_that_the_capture_has_been_sent()
    {
        var order = OrderTest.Capturing().Receive(Cancel);
        order.Sent.ShouldBe(
            [new OrderCancellationRefused(OrderRun.OrderId, "CapturePayment has been sent and its outcome is not known yet")]);
        order.Is("Running: CapturePayment").LastRemark().ShouldStartWith("refused: ");
    }

    [Test]
    public void It_is_refused_after_the_capture() => OrderTest.Capturing().Receive(Outcomes.Captured).Receive(Cancel).Sent
        .ShouldBe([new OrderCancellationRefused(OrderRun.OrderId, "CapturePayment is done; from there on it only goes forward")]);

    [Test]
    public void It_is_refused_after_the_end() => OrderTest.Capturing().Receive(Outcomes.Captured, Outcomes.Dispatched).Receive(Cancel).Sent
        .ShouldBe([new OrderCancellationRefused(OrderRun.OrderId, "it is completed")]);

    [Test]
    public void A_second_time_changes_nothing_while_it_turns_back()
    {
        var order = OrderTest.Submitted().Receive(Cancel).Receive(Cancel with { Reason = "again" }).SendsNothing();
        order.LastRemark().ShouldBe("it had turned back already");
    }

    [Test]
    public void A_second_time_is_answered_once_it_is_cancelled() =>
        OrderTest.Submitted(Cancel, Outcomes.Released, Outcomes.Voided)
        .Receive(Cancel with { Reason = "again" }).Sent.ShouldBe([Cancelled]);

    [Test]
    public void Before_it_came_it_is_cancelled_and_its_submission_is_answered_so()
    {
        var order = new SagaTest<OrderFulfilmentSaga, Order>().Receive(Cancel).Is("Cancelled");
        order.Sent.ShouldBe([Cancelled]);
        order.LastRemark().ShouldBe("it had not started yet");
        order.Definition.BusinessKeyOf(order.Data).ShouldBe(OrderRun.OrderId.ToString());
        order.Data.CustomerId.ShouldBeEmpty();

        order.Receive(OrderRun.Submitted()).Is("Cancelled").Sent.ShouldBe([Cancelled]);
        order.LastRemark().ShouldBe("the saga was cancelled before this message came");
        order.Definition.BusinessKeyOf(order.Data).ShouldBe("10248");
        order.Deadline.ShouldBeNull();
        order.Receive(OrderRun.Submitted()).SendsNothing().LastRemark().ShouldBe("OrderSubmitted came again; the saga had started already");
    }

    [Test]
    public void A_step_that_is_held_was_never_sent_and_is_not_undone()
    {
        var order = new SagaTest<OrderFulfilmentSaga, Order>().Hold("BookShipment")
            .Receive(OrderRun.Submitted(), Outcomes.Reserved, Outcomes.Authorized).Is("Running: BookShipment");
        order.Receive(Cancel).Sends<ReleaseStock, VoidPayment>();
        order.Step("BookShipment").Status.ShouldBe(StepStatus.Pending);
    }

    [Test]
    public void A_held_capture_can_still_be_cancelled() =>
        new SagaTest<OrderFulfilmentSaga, Order>().Hold("CapturePayment")
            .Receive(OrderRun.Submitted(), Outcomes.Reserved, Outcomes.Authorized, Outcomes.Booked, Cancel)
            .Is("Compensating: BookShipment");
}
