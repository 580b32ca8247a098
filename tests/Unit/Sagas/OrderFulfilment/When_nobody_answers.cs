using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Engine;

namespace Orchestrator.Tests.Unit.Sagas.OrderFulfilment;

public class When_nobody_answers_a_command
{
    [Test]
    public void Its_outcome_is_uncertain_once_the_time_limit_has_passed()
    {
        var order = OrderTest.Submitted(Outcomes.Authorized);
        order.TimePasses(TimeSpan.FromSeconds(29.9)).SendsNothing();
        order.Step("ReserveStock").Status.ShouldBe(StepStatus.Sent);
        order.TimePasses(TimeSpan.FromSeconds(0.1)).SendsNothing();
        order.Step("ReserveStock").ShouldSatisfyAllConditions(
            step => step.Status.ShouldBe(StepStatus.Uncertain),
            step => step.Waiting.ShouldBe(Waiting.NextAttempt),
            step => step.Due!.Value.ShouldBeInRange(order.Now.AddSeconds(0.5), order.Now.AddSeconds(1)));
        order.LastRemark().ShouldMatch("^no answer to ReserveStock, attempt 1; attempt 2 of ReserveStock at 2030-01-01T12:00:3[01]Z$");
    }

    [Test]
    public void It_is_sent_again_under_the_same_idempotency_key()
    {
        var order = OrderTest.Submitted(Outcomes.Authorized).Until<ReserveStock>(3);
        order.AllSent.OfType<ReserveStock>().Select(command => command.Epoch).ShouldBe([1, 1, 1]);
        order.Step("ReserveStock").Attempts.ShouldBe(3);
        order.Receive(Outcomes.Reserved).Sends<BookShipment>();
        order.Step("ReserveStock").Status.ShouldBe(StepStatus.Done);
    }

    [Test]
    public void What_came_instead_of_an_answer_is_in_the_reason()
    {
        var order = OrderTest.Submitted(Outcomes.Reserved);
        for (var attempt = 1; attempt <= 5; attempt++)
            order.Until<AuthorizePayment>(attempt).Receive(new PaymentAuthorized(OrderRun.OrderId, 2, "auth-1"));
        while (order.Data.Refused is null)
            order.NextDeadline();
        order.Data.Refused.Reason.ShouldBe(
            "no answer to 5 attempts; PaymentAuthorized came for epoch 2 of AuthorizePayment, which is at epoch 1");
    }

    [Test]
    public void The_pauses_double_and_are_spread()
    {
        var order = OrderTest.Submitted(Outcomes.Authorized);
        var pauses = new List<double>();
        while (order.Step("ReserveStock").Attempts < 5)
        {
            order.NextDeadline();
            if (order.Step("ReserveStock") is { Waiting: Waiting.NextAttempt } step)
                pauses.Add((step.Due!.Value - order.Now).TotalSeconds);
        }

        for (var i = 0; i < 4; i++)
            pauses[i].ShouldBeInRange(Math.Pow(2, i) / 2, Math.Pow(2, i));
        pauses.ShouldBeUnique();
    }

    [Test]
    public void The_saga_turns_back_before_the_pivot_and_undoes_what_may_have_been_done()
    {
        var order = OrderTest.Submitted(Outcomes.Authorized).Until<ReleaseStock>(1);
        order.Sends<ReleaseStock, VoidPayment>().Is("Compensating: ReserveStock, AuthorizePayment");
        order.AllSent.OfType<ReserveStock>().Count().ShouldBe(5);
        order.Receive(Outcomes.Released, Outcomes.Voided).Is("Cancelled");
        order.AllSent[^1].ShouldBe(new OrderCancelled(OrderRun.OrderId, "ReserveStock", "no answer to 5 attempts"));
    }

    [Test]
    public void Deadlines_that_have_passed_by_change_nothing_and_are_not_recorded()
    {
        var order = OrderTest.Submitted();
        var (version, transitions) = (order.State.Version, order.Timeline.Count);
        order.Receive(new DeadlineReached(OrderRun.OrderId, order.Now.AddSeconds(-1))).SendsNothing();
        (order.State.Version, order.Timeline.Count).ShouldBe((version, transitions));
    }
}

public class When_nobody_answers_and_the_participant_can_be_asked
{
    [Test]
    public void It_is_asked_before_the_command_is_sent_again()
    {
        var order = OrderTest.Submitted(Outcomes.Reserved).NextDeadline();
        order.Sent.ShouldBe([new GetPaymentStatus(OrderRun.OrderId, 1, "AuthorizePayment", 1)]);
        order.Step("AuthorizePayment").ShouldSatisfyAllConditions(
            step => step.Status.ShouldBe(StepStatus.Uncertain), step => step.Waiting.ShouldBe(Waiting.Status), step =>
                step.Attempts.ShouldBe(1));
    }

    [Test]
    public void What_it_says_is_the_outcome() =>
        OrderTest.Submitted(Outcomes.Reserved).NextDeadline().Receive(Outcomes.Authorized).Sends<BookShipment>();

    [Test]
    public void It_is_sent_again_after_a_pause_when_nothing_is_known_of_it()
    {
        var order = OrderTest.Submitted(Outcomes.Reserved).NextDeadline();
        order.Receive(new PaymentUnknown(OrderRun.OrderId, 1, "AuthorizePayment", 1)).SendsNothing();
        order.Step("AuthorizePayment").Waiting.ShouldBe(Waiting.NextAttempt);
        order.NextDeadline().Sends<AuthorizePayment>();
        order.Step("AuthorizePayment").Attempts.ShouldBe(2);
    }

    [Test]
    public void It_is_sent_again_at_once_when_the_question_has_no_answer_either()
    {
        var order = OrderTest.Submitted(Outcomes.Reserved).NextDeadline().NextDeadline().Sends<AuthorizePayment>();
        order.LastRemark().ShouldBe("no answer to GetPaymentStatus");
        order.Now.ShouldBe(new DateTimeOffset(2030, 1, 1, 12, 1, 0, TimeSpan.Zero));
    }

    [Test]
    public void The_last_attempt_is_asked_about_too()
    {
        var order = OrderTest.Submitted(Outcomes.Reserved).Until<VoidPayment>(1);
        order.AllSent.OfType<AuthorizePayment>().Count().ShouldBe(5);
        order.AllSent.OfType<GetPaymentStatus>().Select(question => question.Attempt).ShouldBe([1, 2, 3, 4, 5]);
    }

    [TestCase("AuthorizePayment", 1, 2)]
    [TestCase("AuthorizePayment", 2, 1)]
    [TestCase("CapturePayment", 1, 1)]
    [TestCase("ReserveStock", 1, 1)]
    [TestCase("Nonsense", 1, 1)]
    public void An_answer_to_another_question_changes_nothing(string step, int epoch, int attempt)
    {
        var order = OrderTest.Submitted(Outcomes.Reserved).NextDeadline();
        var before = order.Step("AuthorizePayment");
        order.Receive(new PaymentUnknown(OrderRun.OrderId, epoch, step, attempt)).SendsNothing();
        order.Step("AuthorizePayment").ShouldBe(before);
        order.LastRemark().ShouldBe("changed nothing: the saga does not wait for this answer");
    }

    [Test]
    public void An_answer_that_nobody_asked_for_changes_nothing()
    {
        var order = OrderTest.Submitted();
        order.Receive(new PaymentUnknown(OrderRun.OrderId, 1, "AuthorizePayment", 1)).SendsNothing();
        order.Step("AuthorizePayment").Status.ShouldBe(StepStatus.Sent);
    }
}

public class When_nobody_answers_the_pivot
{
    [Test]
    public void It_is_asked_about_and_sent_again_and_then_an_operator_is_called()
    {
        var order = OrderTest.Capturing().UntilItStops().Is("Suspended: CapturePayment");
        order.AllSent.OfType<CapturePayment>().Count().ShouldBe(5);
        order.AllSent.OfType<GetPaymentStatus>().Count().ShouldBe(5);
        order.AllSent.ShouldNotContain(message => message is CancelShipment || message is VoidPayment || message is ReleaseStock);
        order.AllSent[^1]
            .ShouldBe(new SagaSuspended(OrderRun.OrderId, "order-fulfilment", "CapturePayment", "CapturePayment: no answer to 5 attempts"));
        order.Data.Suspended.ShouldBe(new Suspension(
            "CapturePayment", "CapturePayment: no answer to 5 attempts", order.Now, new(266.06m, "USD"), 22));
    }

    [Test]
    public void An_explicit_refusal_turns_the_saga_back_even_then() =>
        OrderTest.Capturing().UntilItStops().Receive(Outcomes.CaptureRefused).Sends<CancelShipment>().Is("Compensating: BookShipment")
            .Data.Suspended.ShouldBeNull();

    [Test]
    public void A_success_that_comes_late_lets_the_saga_go_on() =>
        OrderTest.Capturing().UntilItStops().Receive(Outcomes.Captured).Sends<DispatchShipment>().Is("Running: DispatchShipment")
            .Data.Suspended.ShouldBeNull();
}

public class When_nobody_answers_after_the_pivot
{
    [Test]
    public void The_command_is_sent_ten_times_and_then_an_operator_is_called()
    {
        var order = OrderTest.Capturing().Receive(Outcomes.Captured).UntilItStops().Is("Suspended: DispatchShipment");
        order.AllSent.OfType<DispatchShipment>().Count().ShouldBe(10);
        order.Data.Suspended!.MoneyAtRisk.ShouldBe(new(266.06m, "USD"));
        order.Receive(Outcomes.Dispatched).Sends<OrderFulfilled>().Is("Completed");
    }
}

public class When_nobody_answers_an_undo
{
    [Test]
    public void It_is_sent_ten_times_and_then_an_operator_is_called()
    {
        var order = OrderTest.Submitted(Outcomes.StockRefused).UntilItStops().Is("Suspended: AuthorizePayment");
        order.AllSent.OfType<VoidPayment>().Count().ShouldBe(10);
        order.Step("AuthorizePayment").Status.ShouldBe(StepStatus.Undoing);
        order.Data.Suspended.ShouldBe(
            new Suspension("AuthorizePayment", "VoidPayment: no answer to 10 attempts", order.Now, new(266.06m, "USD"), 0));
        order.Receive(Outcomes.Voided).Sends<OrderCancelled>().Is("Cancelled");
    }

    [Test]
    public void Both_may_be_needed_for_two_undos_and_the_saga_waits_for_both()
    {
        var order = OrderTest.Submitted(Outcomes.Reserved, Outcomes.Authorized, Outcomes.ShipmentRefused).UntilItStops();
        order.Is("Suspended: ReserveStock, AuthorizePayment");
        order.AllSent.OfType<SagaSuspended>().Count().ShouldBe(1);
        order.Receive(Outcomes.Released).SendsNothing().Is("Suspended: AuthorizePayment");
        order.Data.Suspended!.Reason.ShouldBe("VoidPayment: no answer to 10 attempts");
        order.Receive(Outcomes.Voided).Is("Cancelled");
    }
}

public class When_an_undo_is_refused
{
    [Test]
    public void An_operator_is_called_and_the_other_undo_goes_on()
    {
        var order = OrderTest.Submitted(Outcomes.Reserved, Outcomes.Authorized, Outcomes.ShipmentRefused);
        order.Receive(new StockReleaseRefused(OrderRun.OrderId, 1, "its stock was shipped")).Is("Suspended: ReserveStock");
        order.Data.Suspended!.Reason.ShouldBe("ReleaseStock was refused: its stock was shipped");
        order.Until<VoidPayment>(2).Receive(Outcomes.Voided).Is("Suspended: ReserveStock");
        order.Data.Suspended!.MoneyAtRisk.ShouldBeNull();
        order.Data.Suspended.UnitsAtRisk.ShouldBe(22);
    }
}

public class When_a_success_comes_late
{
    [Test]
    public void It_is_undone_again_after_its_undo_under_a_key_of_its_own_and_that_is_awaited()
    {
        var order = OrderTest.Submitted(Outcomes.StockRefused, Outcomes.Voided).Is("Cancelled");
        order.Receive(Outcomes.Authorized).Sends<VoidPayment>().Is("Compensating: AuthorizePayment");
        order.LastRemark().ShouldBe("came late: AuthorizePayment was undone; it is undone again");
        order.AllSent.OfType<VoidPayment>().Select(undo => undo.Epoch).ShouldBe([1, 2]);
        order.Until<VoidPayment>(4).AllSent.OfType<VoidPayment>().Last().Epoch.ShouldBe(2);
        order.Receive(Outcomes.Voided).Is("Compensating: AuthorizePayment");
        order.Receive(new PaymentVoided(OrderRun.OrderId, 2)).SendsNothing().Is("Cancelled");
        order.AllSent.OfType<OrderCancelled>().Count().ShouldBe(1);
    }

    [Test]
    public void It_is_undone_as_often_as_it_comes()
    {
        var order = OrderTest.Submitted(Outcomes.StockRefused, Outcomes.Voided, Outcomes.Authorized, new PaymentVoided(OrderRun.OrderId, 2))
            .Is("Cancelled");
        order.Receive(new PaymentAuthorized(OrderRun.OrderId, 1, "auth-2")).Sends<VoidPayment>().Is("Compensating: AuthorizePayment");
        order.AllSent.OfType<VoidPayment>().Last().Epoch.ShouldBe(3);
    }

    [Test]
    public void An_operator_is_called_when_its_second_undo_is_refused_or_has_no_answer()
    {
        var order = OrderTest.Submitted(Outcomes.StockRefused, Outcomes.Voided, Outcomes.Authorized);
        order.Receive(new PaymentVoidRefused(OrderRun.OrderId, 2, "captured")).Sends<SagaSuspended>().Is("Suspended: AuthorizePayment");
        order = OrderTest.Submitted(Outcomes.StockRefused, Outcomes.Voided, Outcomes.Authorized).UntilItStops();
        order.Is("Suspended: AuthorizePayment").Data.Suspended!.Reason.ShouldBe("VoidPayment: no answer to 10 attempts");
    }

    [Test]
    public void It_is_undone_after_its_refusal()
    {
        var order = OrderTest.Submitted(Outcomes.StockRefused, Outcomes.Voided).Is("Cancelled");
        order.Receive(Outcomes.Reserved).Sends<ReleaseStock>().Is("Compensating: ReserveStock");
        order.LastRemark().ShouldBe("came late: ReserveStock was refused");
        order.Until<ReleaseStock>(2).Receive(Outcomes.Released).SendsNothing().Is("Cancelled");
        order.AllSent.OfType<OrderCancelled>().Count().ShouldBe(1);
    }

    [Test]
    public void A_payment_that_was_taken_although_it_had_been_refused_calls_an_operator()
    {
        var order = OrderTest.Capturing().Receive(Outcomes.CaptureRefused, Outcomes.ShipmentCancelled, Outcomes.Released, Outcomes.Voided)
            .Is("Cancelled");
        order.Receive(Outcomes.Captured).Sends<SagaSuspended>().Is("Suspended: CapturePayment");
        order.Data.Suspended!.Reason.ShouldBe("CapturePayment succeeded after it had been refused");
    }

    [Test]
    public void An_undo_that_is_under_way_is_enough()
    {
        var order = OrderTest.Submitted(Outcomes.StockRefused).Receive(Outcomes.Authorized).SendsNothing();
        order.LastRemark().ShouldBe("changed nothing: AuthorizePayment is Undoing");
    }
}

public class When_the_whole_order_takes_too_long
{
    static readonly TimeSpan Day = TimeSpan.FromHours(24);

    [Test]
    public void An_operator_may_give_it_more_time()
    {
        var order = OrderTest.Submitted(Outcomes.Reserved, Outcomes.Authorized);
        order.Receive(new RescheduleDeadline(OrderRun.OrderId, null, order.Now.AddHours(30), "ops", "carrier closed"));
        order.Data.Limit.ShouldBe(order.Now.AddHours(30));
    }

    [Test]
    public void It_counts_from_the_first_message_and_calls_an_operator_after_the_pivot()
    {
        var order = OrderTest.Capturing();
        order.Data.Limit.ShouldBe(order.Now + Day);
        order.Now += Day - TimeSpan.FromSeconds(1);
        order.Receive(Outcomes.Captured);
        order.TimePasses(TimeSpan.FromSeconds(1)).Sends<SagaSuspended>().Is("Suspended: DispatchShipment");
        order.Data.Suspended!.Reason.ShouldBe("not completed in time (since 2030-01-01 12:00:00Z)");
        order.Receive(new ResumeSaga(OrderRun.OrderId, null, "ops", "carrier is back")).Is("Running: DispatchShipment");
        order.Data.Limit.ShouldBe(order.Now + Day);
    }

    [Test]
    public void It_turns_back_when_the_limit_falls_into_a_step_before_the_pivot()
    {
        var order = OrderTest.Submitted(Outcomes.Reserved, Outcomes.Authorized);
        order.Now += Day - TimeSpan.FromSeconds(1);
        // Another message comes first. Then the limit ends before the deadline of the booking.
        order.Receive(new RescheduleDeadline(OrderRun.OrderId, null, order.Now.AddSeconds(1), "ops", "now or never"));
        order.TimePasses(TimeSpan.FromSeconds(1)).Is("Compensating: BookShipment");
        order.Data.Refused.ShouldBe(new Refusal("time limit", "not completed in time (since 2030-01-01 12:00:00Z)"));
    }
}
