using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Engine;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Testing;

namespace Orchestrator.Tests.Unit.Sagas.OrderFulfilment;

public class When_a_participant_falls_silent
{
    static readonly Guid Id = OrderRun.OrderId;
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30), Long = TimeSpan.FromDays(3);

    static SagaTest<OrderFulfilmentSaga, Order> Booking() => OrderTest.Submitted(Outcomes.Reserved, Outcomes.Authorized);

    [Test]
    public void A_command_without_an_answer_is_neither_repeated_nor_given_up_and_the_whole_order_has_its_time_left()
    {
        var order = Booking();
        var limit = order.Data.Limit!.Value;
        order.FallsSilent("BookShipment").TimePasses(Long).SendsNothing().Is("Running: BookShipment");
        (order.Deadline, order.LastRemark()).ShouldBe((null, "BookShipment is held by the engine: no participant answers it"));

        order.IsAnsweredElsewhere("BookShipment").SendsNothing();
        order.Deadline.ShouldBe(order.Now + Limit);
        order.Data.Limit.ShouldBe(limit + Long - Limit);
        order.Receive(Outcomes.Booked).Sends<CapturePayment>();
    }

    [Test]
    public void The_limit_of_the_whole_order_does_not_pass_for_the_participants_silence()
    {
        var order = Booking();
        order.FallsSilent("BookShipment").Receive(new RescheduleDeadline(Id, null, order.Data.Limit!.Value, "ada", "wait"))
            .TimePasses(Long);
        order.Is("Running: BookShipment").Receive(Outcomes.Booked).Sends<CapturePayment>();
    }

    [Test]
    public void An_order_that_comes_to_the_step_waits_and_then_sends_its_command()
    {
        var order = OrderTest.Submitted(Outcomes.Reserved).FallsSilent("BookShipment").Receive(Outcomes.Authorized).SendsNothing();
        order.Step("BookShipment").Status.ShouldBe(StepStatus.Held);
        order.TimePasses(Long).SendsNothing();
        order.IsAnsweredElsewhere("BookShipment").Sends<BookShipment>();
    }

    [Test]
    public void An_order_that_comes_to_the_step_may_be_the_one_that_tries_it()
    {
        var order = OrderTest.Submitted(Outcomes.Reserved).FallsSilent("BookShipment").Receive(Outcomes.Authorized);
        order.Tries("BookShipment").Sends<BookShipment>();
        order.Receive(Outcomes.Booked).Sends<CapturePayment>();
    }

    [Test]
    public void The_order_that_tries_it_repeats_its_command_once_and_waits_again_without_an_answer()
    {
        var order = Booking().FallsSilent("BookShipment").TimePasses(Limit);
        for (var attempt = 2; attempt < 30; attempt++)
        {
            order.Tries("BookShipment").Sends<BookShipment>();
            order.Deadline.ShouldBe(order.Now + Limit);
            order.TimePasses(Long).SendsNothing().Is("Running: BookShipment");
            order.Step("BookShipment").Attempts.ShouldBe(attempt);
        }
    }

    [Test]
    public void Attempts_that_nobody_could_answer_are_not_counted_afterwards()
    {
        var order = Booking().Until<BookShipment>(5).FallsSilent("BookShipment").TimePasses(Long).Is("Running: BookShipment");
        order.IsAnsweredElsewhere("BookShipment").UntilItStops();
        order.AllSent.OfType<BookShipment>().Count().ShouldBe(9, "the last attempt counts as the first, and there are four more");
        order.Data.Refused.ShouldBe(new Refusal("BookShipment", "no answer to 9 attempts"));
    }

    [Test]
    public void An_undo_waits_like_a_command_and_suspends_nothing()
    {
        var order = OrderTest.Submitted(Outcomes.Reserved).Receive(Outcomes.PaymentRefused).Sends<ReleaseStock>();
        order.FallsSilent("ReleaseStock").TimePasses(Long).SendsNothing().Is("Compensating: ReserveStock");
        order.Tries("ReleaseStock").Sends<ReleaseStock>();
        order.TimePasses(Long).SendsNothing().Is("Compensating: ReserveStock");
        order.Receive(Outcomes.Released).Is("Cancelled");
    }

    [Test]
    public void A_silent_command_does_not_keep_its_undo_from_being_sent() =>
        Booking().FallsSilent("BookShipment").TimePasses(Limit)
            .Receive(new CompensateSaga(Id, null, "ada", "fraud")).Sends<CancelShipment, OperatorCommandAccepted>();

    [Test]
    public void Steps_of_other_participants_go_on()
    {
        var order = OrderTest.Submitted().FallsSilent("ReserveStock").TimePasses(Limit).Sends<GetPaymentStatus>();
        order.Receive(Outcomes.Authorized).Is("Running: ReserveStock");
    }

    [TestCase(typeof(ShipmentBooked))]
    [TestCase(typeof(ShipmentRefused))]
    public void An_answer_of_any_sort_ends_the_silence(Type answer) =>
        Answered(Booking(), answer == typeof(ShipmentBooked) ? Outcomes.Booked : Outcomes.ShipmentRefused).ShouldBe("BookShipment");

    [Test]
    public void An_answer_that_comes_late_ends_the_silence_too() =>
        Answered(OrderTest.Submitted(Outcomes.Reserved, Outcomes.Authorized, Outcomes.ShipmentRefused), Outcomes.ShipmentRefused)
        .ShouldBe("BookShipment");

    [Test]
    public void That_a_participant_knows_of_no_outcome_ends_the_silence_too()
    {
        var order = OrderTest.Submitted().NextDeadline();
        Answered(order, new PaymentUnknown(Id, 1, "AuthorizePayment", 1), "AuthorizePayment").ShouldBe("AuthorizePayment");
    }

    [Test]
    public void The_answer_of_another_step_ends_no_silence() =>
        Answered(OrderTest.Submitted(Outcomes.Reserved), Outcomes.Authorized).ShouldBeNull();

    [Test]
    public void An_operators_hold_stands_whatever_the_engine_does()
    {
        var order = Booking().FallsSilent("BookShipment").TimePasses(Limit).Hold("BookShipment");
        order.Tries("BookShipment").SendsNothing();
        order.IsAnsweredElsewhere("BookShipment").SendsNothing().TimePasses(Long).SendsNothing();
        order.Release("BookShipment").SendsNothing();
        order.Deadline.ShouldBe(order.Now + Limit);
    }

    [Test]
    public void What_an_operator_releases_the_engine_may_still_hold()
    {
        var order = Booking().FallsSilent("BookShipment").Hold("BookShipment").TimePasses(Limit);
        order.Release("BookShipment").SendsNothing();
        order.TimePasses(Long).SendsNothing();
        order.LastRemark().ShouldBe("it is still held");
    }

    static string? Answered(SagaTest<OrderFulfilmentSaga, Order> order, ISagaMessage answer, string command = "BookShipment") =>
        Decider.Decide(
        order.Definition, order.State, answer,
        new Circumstances(order.Now) { Silent = new Dictionary<string, Probe?> { [command] = null, ["CancelShipment"] = null } }).Answered;
}
