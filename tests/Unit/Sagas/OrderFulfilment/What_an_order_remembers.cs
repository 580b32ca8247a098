using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Payment;
using Orchestrator.Engine;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Testing;

namespace Orchestrator.Tests.Unit.Sagas.OrderFulfilment;

public class What_an_order_remembers
{
    static readonly Guid Id = OrderRun.OrderId;

    [Test]
    public void Of_a_step_that_is_done_is_its_outcome_and_nothing_that_is_waited_for()
    {
        var step = OrderTest.Submitted(Outcomes.Reserved).Step("ReserveStock");
        (step.Status, step.Outcome, step.Waiting, step.Due).ShouldBe((StepStatus.Done, "StockReserved", Waiting.Nothing, null));
    }

    [Test]
    public void Is_the_first_answer_when_a_second_one_says_something_else()
    {
        var order = OrderTest.Submitted(Outcomes.Authorized, new PaymentAuthorized(Id, 1, "auth-2"));
        order.Data.AuthorizationId.ShouldBe("auth-1");
        order.LastRemark().ShouldBe("changed nothing: AuthorizePayment is Done");
    }

    [Test]
    public void Is_nothing_of_an_answer_for_another_epoch()
    {
        var order = OrderTest.Submitted(new StockReserved(Id, 7)).Is("Running: ReserveStock, AuthorizePayment");
        order.LastRemark().ShouldBe("changed nothing: StockReserved came for epoch 7 of ReserveStock, which is at epoch 1");
    }

    [Test]
    public void Is_why_its_time_was_over()
    {
        var order = OrderTest.Capturing().Receive(Outcomes.Captured);
        order.Now = order.Data.Limit!.Value - TimeSpan.FromSeconds(1);
        order.Receive(new RescheduleDeadline(Id, null, order.Now.AddSeconds(1), "ops", "look")).TimePasses(TimeSpan.FromSeconds(1));
        order.LastRemark().ShouldContain("not completed in time (since 2030-01-01 12:00:00Z)");
    }

    [Test]
    public void Is_that_a_command_has_been_sent_although_it_is_held_now()
    {
        var order = OrderTest.Capturing();
        order.Now = order.Data.Limit!.Value - TimeSpan.FromSeconds(1);
        order.Receive(Outcomes.Captured).TimePasses(TimeSpan.FromSeconds(1)).Is("Suspended: DispatchShipment");
        order.Hold("DispatchShipment").Receive(new ResumeSaga(Id, null, "ops", "go on")).Sends<OperatorCommandAccepted>();
        order.Step("DispatchShipment").Status.ShouldBe(StepStatus.Sent);
    }

    [Test]
    public void An_undo_that_goes_out_once_more_is_an_undo()
    {
        var order = new OrderRun().When(Outcomes.StockRefused, Outcomes.Voided, Outcomes.Authorized);
        order.Outgoing.Single().ShouldSatisfyAllConditions(
            again => again.Message.ShouldBeOfType<VoidPayment>(), again => again.IsUndo.ShouldBeTrue(), again =>
                again.Step.ShouldBe("AuthorizePayment"));
    }
}

public class When_attempts_are_counted_anew
{
    static readonly Guid Id = OrderRun.OrderId;

    [Test]
    public void The_pauses_are_short_again()
    {
        var order = OrderTest.Capturing().UntilItStops().Receive(new ResumeSaga(Id, null, "ops", "gateway is back"));
        order.NextDeadline().Sends<GetPaymentStatus>().Receive(new PaymentUnknown(Id, 1, "CapturePayment", 6));
        (order.Deadline - order.Now).ShouldNotBeNull().ShouldBeLessThanOrEqualTo(StepTiming.Default.Pause);
    }

    [Test]
    public void Those_of_an_undo_are_too()
    {
        var order = OrderTest.Submitted(Outcomes.StockRefused, new PaymentVoidRefused(Id, 1, "captured"));
        order.Receive(new ResumeSaga(Id, null, "ops", "refunded by hand")).Step("AuthorizePayment").ShouldSatisfyAllConditions(
            step => step.Attempts.ShouldBe(2), step => step.Forgiven.ShouldBe(1));
    }
}

public class When_a_deadline_is_moved
{
    static readonly Guid Id = OrderRun.OrderId;

    [Test]
    public void A_year_and_a_day_is_possible()
    {
        var order = OrderTest.Submitted();
        order.Receive(new RescheduleDeadline(Id, null, order.Now.AddDays(366), "ops", "strike")).Sends<OperatorCommandAccepted>();
    }

    [Test]
    public void A_step_that_is_held_beside_it_does_not_matter()
    {
        var order = new SagaTest<OrderFulfilmentSaga, Order>().Hold("ReserveStock").Receive(OrderRun.Submitted());
        var at = order.Now.AddHours(1);
        order.Receive(new RescheduleDeadline(Id, null, at, "ops", "strike")).Sends<OperatorCommandAccepted>();
        order.Deadline.ShouldBe(at);
    }
}
