using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Engine;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Testing;

namespace Orchestrator.Tests.Unit.Sagas.OrderFulfilment;

public class When_an_operator_steers
{
    static readonly Guid Id = OrderRun.OrderId;

    [Test]
    public void A_suspended_saga_is_resumed_and_its_attempts_are_counted_anew()
    {
        var order = OrderTest.Capturing().UntilItStops();
        order.Receive(new ResumeSaga(Id, order.State.Version, "ada", "gateway is back")).Sends<CapturePayment, OperatorCommandAccepted>();
        order.Is("Running: CapturePayment");
        (order.Step("CapturePayment").Attempts, order.Step("CapturePayment").Forgiven).ShouldBe((6, 5));
        order.UntilItStops().AllSent.OfType<CapturePayment>().Count().ShouldBe(10);
        order.AllSent.OfType<GetPaymentStatus>().Select(question => question.Attempt).ShouldBe(Enumerable.Range(1, 10));
    }

    [Test]
    public void A_suspended_saga_that_is_resumed_after_its_limit_has_as_much_time_as_at_its_start()
    {
        var order = OrderTest.Capturing().UntilItStops().TimePasses(TimeSpan.FromDays(3)).Is("Suspended: CapturePayment");
        order.Receive(new ResumeSaga(Id, null, "ada", "gateway is back")).Sends<CapturePayment, OperatorCommandAccepted>();
        order.Data.Limit.ShouldBe(order.Now.AddHours(24));
        order.TimePasses(TimeSpan.FromSeconds(1)).SendsNothing().Is("Running: CapturePayment");
        order.Receive(Outcomes.Captured).Sends<DispatchShipment>();
    }

    [Test]
    public void A_suspended_compensation_is_resumed()
    {
        var order = OrderTest.Submitted(Outcomes.StockRefused, new PaymentVoidRefused(Id, 1, "captured")).Is("Suspended: AuthorizePayment");
        order.Receive(new ResumeSaga(Id, null, "ada", "refunded by hand")).Sends<VoidPayment,
        OperatorCommandAccepted>().Is("Compensating: AuthorizePayment");
        order.Receive(Outcomes.Voided).Is("Cancelled");
    }

    [Test]
    public void A_running_saga_is_turned_back()
    {
        var order = OrderTest.Submitted(Outcomes.Reserved, Outcomes.Authorized);
        order.Receive(new CompensateSaga(Id, null, "ada", "fraud")).Sends<CancelShipment, OperatorCommandAccepted>();
        order.Data.Refused.ShouldBe(new Refusal("CompensateSaga", "ada: fraud"));
    }

    [TestCase("ReserveStock", StepResolution.Done, "Running: AuthorizePayment")]
    [TestCase("ReserveStock", StepResolution.Undone, "Compensating: AuthorizePayment")]
    public void A_step_without_an_answer_is_resolved(string step, StepResolution resolution, string state)
    {
        var order = OrderTest.Submitted().Receive(new ResolveStep(Id, null, step, resolution, "warehouse says so", "ada", "called them"))
            .Is(state);
        order.LastRemark().ShouldBe($"{step} {resolution}: warehouse says so; called them");
    }

    [Test]
    public void The_pivot_is_resolved_either_way()
    {
        OrderTest.Capturing().UntilItStops().Receive(Resolve("CapturePayment", StepResolution.Done)).Is("Running: DispatchShipment");
        OrderTest.Capturing().UntilItStops().Receive(Resolve("CapturePayment", StepResolution.Undone)).Is("Compensating: BookShipment");
    }

    [Test]
    public void An_undo_is_resolved() =>
        OrderTest.Submitted(Outcomes.StockRefused).Receive(Resolve("AuthorizePayment", StepResolution.Undone)).Is("Cancelled");

    [Test]
    public void A_step_that_is_resolved_as_undone_turns_the_order_back_in_the_operators_words() =>
        OrderTest.Submitted(Outcomes.Reserved).Receive(Resolve("AuthorizePayment", StepResolution.Undone), Outcomes.Released).Sent
            .OfType<OrderCancelled>().Single().ShouldBe(new OrderCancelled(Id, "AuthorizePayment", "ada: statement of 3 May"));

    [Test]
    public void A_payment_that_was_taken_although_refused_is_resolved_once_it_has_been_given_back()
    {
        var order = OrderTest.Capturing().Receive(Outcomes.CaptureRefused, Outcomes.Captured).Is("Suspended: CapturePayment");
        Refused(order, new ResumeSaga(Id, null, "ada", "go on"), "CapturePayment can't be tried again; resolve the step");
        Refused(order, Resolve("CapturePayment", StepResolution.Done),
            "CapturePayment is done although the saga has turned back; it can be resolved as undone only");
        order.Receive(Outcomes.ShipmentCancelled, Outcomes.Released, Outcomes.Voided).Is("Suspended: CapturePayment");
        order.Receive(Resolve("CapturePayment", StepResolution.Undone)).Is("Cancelled");
    }

    [Test]
    public void A_deadline_is_moved()
    {
        var order = OrderTest.Submitted(Outcomes.Reserved);
        var at = order.Now.AddMinutes(10);
        order.Receive(new RescheduleDeadline(Id, null, at, "ada", "gateway maintenance")).Sends<OperatorCommandAccepted>();
        order.Deadline.ShouldBe(at);
        order.TimePasses(TimeSpan.FromMinutes(9)).SendsNothing();
        order.TimePasses(TimeSpan.FromMinutes(1)).Sends<GetPaymentStatus>();
    }

    static IEnumerable<TestCaseData> Misfits()
    {
        yield return Case(
            OrderTest.Submitted(), new ResumeSaga(Id, null, "ada", "x"), "it is not suspended but Running: ReserveStock, AuthorizePayment");
        yield return Case(
            OrderTest.Submitted(), new ResumeSaga(Id, 7, "ada", "x"),
            "the saga has moved since: it is at version 1, and the command is for version 7");
        yield return Case(OrderTest.Submitted(), new ResumeSaga(Id, 1, " ", "x"), "it does not say who gives it (actor)");
        yield return Case(OrderTest.Submitted(), new ResumeSaga(Id, 1, "ada", ""), "it does not say why (note)");
        yield return Case(
            OrderTest.Submitted(Outcomes.StockRefused), new CompensateSaga(Id, null, "ada", "x"), "it has turned back already");
        yield return Case(
            OrderTest.Submitted(Outcomes.StockRefused, Outcomes.Voided), new CompensateSaga(Id, null, "ada", "x"), "it is cancelled");
        yield return Case(
            OrderTest.Capturing(), new CompensateSaga(Id, null, "ada", "x"),
            "CapturePayment has been sent and its outcome is not known yet; find out and resolve that step");
        yield return Case(
            OrderTest.Capturing().Receive(Outcomes.Captured), new CompensateSaga(Id, null, "ada", "x"),
            "CapturePayment is done; from there on it only goes forward");
        yield return Case(
            OrderTest.Capturing().Receive(Outcomes.Captured, Outcomes.Dispatched), new CompensateSaga(Id, null, "ada", "x"),
            "it is completed");
        yield return Case(
            OrderTest.Submitted(), Resolve("Reserve", StepResolution.Done),
            "there is no step Reserve; the steps are ReserveStock, AuthorizePayment, BookShipment, CapturePayment, DispatchShipment");
        yield return Case(
            OrderTest.Submitted(), Resolve("BookShipment", StepResolution.Done),
            "BookShipment is Pending; only a step whose outcome is awaited can be resolved");
        yield return Case(
            OrderTest.Submitted(), Resolve("ReserveStock", StepResolution.Done) with { Evidence = "" },
            "it does not say how that is known (evidence)");
        yield return Case(
            OrderTest.Submitted(Outcomes.StockRefused), Resolve("AuthorizePayment", StepResolution.Done),
            "the undo of AuthorizePayment is awaited; it can be resolved as undone only");
        yield return Case(
            OrderTest.Capturing().Receive(Outcomes.Captured), Resolve("DispatchShipment", StepResolution.Undone),
            "DispatchShipment stands after the pivot, where it only goes forward; resume the saga or resolve the step as done");
        yield return Case(
            Held(), Resolve("ReserveStock", StepResolution.Done),
            "ReserveStock is held and has not been sent; there is nothing to resolve");
        yield return Case(
            OrderTest.Capturing().UntilItStops(), new RescheduleDeadline(Id, null, new(2030, 1, 2, 0, 0, 0, TimeSpan.Zero), "ada", "x"),
            "it has no deadline while it is Suspended: CapturePayment");
        yield return Case(
            OrderTest.Submitted(), new RescheduleDeadline(Id, null, new(2032, 1, 1, 0, 0, 0, TimeSpan.Zero), "ada", "x"),
            "2032-01-01 00:00:00Z is more than 366 days ahead");

        static TestCaseData Case(SagaTest<OrderFulfilmentSaga, Order> order, IOperatorCommand command, string reason) =>
            new TestCaseData(order, command, reason).SetArgDisplayNames(command.GetType().Name, reason);
    }

    [TestCaseSource(nameof(Misfits))]
    public void A_command_that_does_not_fit_is_refused_with_the_reason_and_changes_nothing(
        SagaTest<OrderFulfilmentSaga, Order> order, IOperatorCommand command, string reason) => Refused(order, command, reason);

    static void Refused(SagaTest<OrderFulfilmentSaga, Order> order, IOperatorCommand command, string reason)
    {
        var (steps, state, deadline, version) = (order.Data.Steps, order.StateName, order.Deadline, order.State.Version);
        order.Receive(command).Sent.ShouldBe([new OperatorCommandRefused(Id, command.GetType().Name, reason)]);
        order.Data.Steps.ShouldBe(steps);
        (order.StateName, order.Deadline).ShouldBe((state, deadline));
        order.State.Version.ShouldBe(version + 1, "what was refused is journalled too");
        order.LastRemark().ShouldBe($"refused: {reason}");
    }

    static SagaTest<OrderFulfilmentSaga, Order> Held() =>
        new SagaTest<OrderFulfilmentSaga, Order>().Hold(HoldStep.Intake).Receive(OrderRun.Submitted());

    static ResolveStep Resolve(string step, StepResolution resolution) =>
        new(Id, null, step, resolution, "statement of 3 May", "ada", "by phone");
}

public class When_operators_hold_a_step
{
    [Test]
    public void A_saga_that_comes_to_it_sends_nothing_and_has_no_deadline()
    {
        var order = new SagaTest<OrderFulfilmentSaga, Order>().Hold("BookShipment").Receive(OrderRun.Submitted(), Outcomes.Reserved);
        order.Receive(Outcomes.Authorized).SendsNothing().Is("Running: BookShipment");
        order.Deadline.ShouldBeNull();
        order.Step("BookShipment").ShouldSatisfyAllConditions(
            step => step.Status.ShouldBe(StepStatus.Held), step => step.Waiting.ShouldBe(Waiting.Release), step =>
                step.Attempts.ShouldBe(0));
        order.LastRemark().ShouldBe("BookShipment is held");
    }

    [Test]
    public void It_goes_on_when_the_step_is_released_and_the_time_in_between_does_not_count()
    {
        var order = new SagaTest<OrderFulfilmentSaga,
        Order>().Hold("BookShipment").Receive(OrderRun.Submitted(), Outcomes.Reserved, Outcomes.Authorized);
        var limit = order.Data.Limit;
        order.TimePasses(TimeSpan.FromDays(3)).SendsNothing();
        order.Release("BookShipment").Sends<BookShipment>();
        order.Deadline.ShouldBe(order.Now.AddSeconds(30));
        order.Data.Limit.ShouldBe(limit + TimeSpan.FromDays(3));
        order.Data.HeldSince.ShouldBeNull();
        order.LastRemark().ShouldBe("BookShipment is released");
    }

    [Test]
    public void A_command_that_has_been_sent_may_still_be_answered_but_is_not_sent_again()
    {
        var order = OrderTest.Submitted(Outcomes.Reserved, Outcomes.Authorized).Hold("BookShipment");
        order.TimePasses(TimeSpan.FromHours(1)).SendsNothing().Is("Running: BookShipment");
        order.Deadline.ShouldBeNull();
        order.Receive(Outcomes.Booked).Sends<CapturePayment>();
    }

    [Test]
    public void A_command_that_has_been_sent_is_waited_for_anew_after_the_release()
    {
        var order = OrderTest.Submitted(Outcomes.Reserved, Outcomes.Authorized).Hold("BookShipment").TimePasses(TimeSpan.FromHours(1));
        order.Release("BookShipment").SendsNothing();
        order.Deadline.ShouldBe(order.Now.AddSeconds(30));
        order.Until<BookShipment>(2).Step("BookShipment").Attempts.ShouldBe(2);
    }

    [Test]
    public void Its_undo_waits_too()
    {
        var order = OrderTest.Submitted().Hold("AuthorizePayment").Receive(Outcomes.StockRefused).SendsNothing()
            .Is("Compensating: AuthorizePayment");
        order.Deadline.ShouldBeNull();
        order.LastRemark().ShouldBe("VoidPayment is held");
        order.Release("AuthorizePayment").Sends<VoidPayment>();
        order.Receive(Outcomes.Voided).Is("Cancelled");
    }

    [Test]
    public void A_step_beside_it_goes_on()
    {
        var order = new SagaTest<OrderFulfilmentSaga, Order>().Hold("ReserveStock").Receive(OrderRun.Submitted()).Sends<AuthorizePayment>();
        order.Receive(Outcomes.Authorized).SendsNothing().Is("Running: ReserveStock");
        order.Release("ReserveStock").Sends<ReserveStock>();
        order.Receive(Outcomes.Reserved).Sends<BookShipment>();
    }

    [Test]
    public void The_limit_of_the_whole_stands_still_from_the_first_hold_to_the_last_release()
    {
        var order = new SagaTest<OrderFulfilmentSaga, Order>().Hold("ReserveStock").Receive(OrderRun.Submitted()).Hold("AuthorizePayment");
        var limit = order.Data.Limit;
        order.TimePasses(TimeSpan.FromDays(1)).Step("AuthorizePayment").Waiting.ShouldBe(Waiting.Release);
        order.Release("ReserveStock").Sends<ReserveStock>();
        order.Data.Limit.ShouldBe(limit);
        order.Receive(Outcomes.Reserved).TimePasses(TimeSpan.FromDays(1));
        order.Release("AuthorizePayment").Data.Limit.ShouldBe(limit + TimeSpan.FromDays(2));
    }

    [Test]
    public void The_limit_of_the_whole_stands_still_also_until_the_answer_comes_while_the_step_is_held()
    {
        var order = OrderTest.Submitted(Outcomes.Reserved).Hold("AuthorizePayment");
        var limit = order.Data.Limit;
        order.TimePasses(TimeSpan.FromHours(30)).Step("AuthorizePayment").Waiting.ShouldBe(Waiting.Release);
        order.Receive(Outcomes.Authorized).Sends<BookShipment>();
        order.Data.Limit.ShouldBe(limit + TimeSpan.FromHours(30) - TimeSpan.FromSeconds(30));
        order.TimePasses(TimeSpan.FromSeconds(1)).SendsNothing().Is("Running: BookShipment");
    }

    [Test]
    public void The_intake_holds_what_is_new_and_nothing_else()
    {
        var order = new SagaTest<OrderFulfilmentSaga, Order>().Hold(HoldStep.Intake).Receive(OrderRun.Submitted()).SendsNothing();
        order.Is("Running: ReserveStock, AuthorizePayment");
        order.Release(HoldStep.Intake).Sends<ReserveStock, AuthorizePayment>();
        order.Hold(HoldStep.Intake).Until<ReserveStock>(2);
        order.Receive(Outcomes.Reserved, Outcomes.Authorized).Sends<BookShipment>();
    }

    [Test]
    public void It_stays_held_when_another_step_is_released()
    {
        var order = new SagaTest<OrderFulfilmentSaga, Order>().Hold(HoldStep.Intake).Receive(OrderRun.Submitted());
        order.Release("BookShipment").SendsNothing();
        order.Deadline.ShouldBeNull();
        order.LastRemark().ShouldBe("it is still held");
    }

    [Test]
    public void A_step_that_was_sent_by_a_version_without_deadlines_gets_one()
    {
        var definition = new OrderFulfilmentSaga();
        var state = OrderTest.Submitted().State;
        state = state with
        {
            Data = state.Data with
            {
                Limit = null,
                Steps = state.Data.Steps.SetItems(state.Data.Steps.Select(step =>
                KeyValuePair.Create(step.Key, step.Value with { Due = null, Waiting = Waiting.Nothing })))
            },
        };
        var now = DateTimeOffset.UnixEpoch;
        var decision = Decider.Decide(definition, state, new DeadlineReached(state.Id, now), new Circumstances(now));
        (decision.IsNothing, decision.Deadline).ShouldBe((false, now.AddSeconds(30)));
        decision.Outgoing.ShouldBeEmpty();
        decision.Remark.ShouldBe("ReserveStock had no time limit; AuthorizePayment had no time limit");
    }
}
