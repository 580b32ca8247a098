using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Engine;
using Orchestrator.Sagas.OrderFulfilment;

namespace Orchestrator.Tests.Unit.Sagas.OrderFulfilment;

public class When_everything_succeeds
{
    [Test]
    public void The_order_goes_from_step_to_step_and_is_fulfilled()
    {
        var run = new OrderRun();
        run.Sent.ShouldBe(["ReserveStock", "AuthorizePayment"]);
        run.Awaited.ShouldBe("ReserveStock, AuthorizePayment");

        run.When(Outcomes.Reserved).Sent.ShouldBeEmpty();
        run.Awaited.ShouldBe("AuthorizePayment");
        run.When(Outcomes.Authorized).Sent.ShouldBe(["BookShipment"]);
        run.When(Outcomes.Booked).Sent.ShouldBe(["CapturePayment"]);
        run.When(Outcomes.Captured).Sent.ShouldBe(["DispatchShipment"]);
        run.When(Outcomes.Dispatched).Sent.ShouldBe(["OrderFulfilled"]);

        run.State.Lifecycle.ShouldBe(Lifecycle.Completed);
        run.State.Version.ShouldBe(6);
        run.State.Data.ShouldSatisfyAllConditions(
            order => order.AuthorizationId.ShouldBe("auth-1"),
            order => order.ShipmentId.ShouldBe("ship-1"),
            order => order.TrackingNumber.ShouldBe("track-1"),
            order => order.Steps.Values.ShouldAllBe(step => step.Status == StepStatus.Done));
    }

    [Test]
    public void The_amount_is_rounded_once() =>
        // 12 x 14.005 + 10 x 9.8 = 266.06 exactly; rounding each price first would give 266.00 or 266.12.
        new OrderRun().State.Data.Amount.ToString().ShouldBe("266.06 USD");

    [Test]
    public void Commands_go_to_their_owners_and_events_to_everybody()
    {
        var run = new OrderRun();
        run.Outgoing.Select(message => message.Queue).ShouldBe(["inventory-commands", "payment-commands"]);
        run.When(Outcomes.Reserved, Outcomes.Authorized, Outcomes.Booked, Outcomes.Captured, Outcomes.Dispatched);
        run.Outgoing.Single().Queue.ShouldBeNull();
    }
}

public class When_stock_is_refused
{
    [Test]
    public void The_payment_is_voided_at_once_although_its_answer_is_not_known()
    {
        var run = new OrderRun().When(Outcomes.StockRefused);
        run.State.Lifecycle.ShouldBe(Lifecycle.Compensating);
        run.Sent.ShouldBe(["VoidPayment"]);
        run.Awaited.ShouldBe("AuthorizePayment");
    }

    [Test]
    public void The_order_is_cancelled_with_the_reason_once_the_void_is_confirmed()
    {
        var run = new OrderRun().When(Outcomes.StockRefused, Outcomes.Voided);
        run.State.Lifecycle.ShouldBe(Lifecycle.Cancelled);
        run.Outgoing.Single().Message.ShouldBe(new OrderCancelled(OrderRun.OrderId, "ReserveStock", "short of NW-11"));
    }

    [Test]
    public void An_authorisation_that_arrives_after_the_turn_changes_nothing()
    {
        var run = new OrderRun().When(Outcomes.StockRefused, Outcomes.Authorized);
        run.Sent.ShouldBeEmpty();
        run.State.Data.Steps["AuthorizePayment"].Status.ShouldBe(StepStatus.Undoing);
        run.When(Outcomes.Voided).State.Lifecycle.ShouldBe(Lifecycle.Cancelled);
    }

    [Test]
    public void A_second_refusal_does_not_replace_the_reason_and_the_void_is_still_awaited()
    {
        var run = new OrderRun().When(Outcomes.StockRefused, Outcomes.PaymentRefused);
        run.State.Lifecycle.ShouldBe(Lifecycle.Compensating);
        run.When(Outcomes.Voided).State.Data.Refused.ShouldBe(new Refusal("ReserveStock", "short of NW-11"));
    }
}

public class When_shipping_is_refused
{
    [Test]
    public void The_parallel_steps_are_undone_together()
    {
        var run = new OrderRun().When(Outcomes.Reserved, Outcomes.Authorized, Outcomes.ShipmentRefused);
        run.Sent.ShouldBe(["ReleaseStock", "VoidPayment"]);
        run.When(Outcomes.Voided).State.Lifecycle.ShouldBe(Lifecycle.Compensating);
        run.When(Outcomes.Released).State.Lifecycle.ShouldBe(Lifecycle.Cancelled);
    }
}

public class When_the_capture_is_refused
{
    [Test]
    public void Everything_is_undone_last_first_and_each_undo_is_confirmed_before_the_next()
    {
        var run = new OrderRun().When(Outcomes.Reserved, Outcomes.Authorized, Outcomes.Booked, Outcomes.CaptureRefused);
        run.Sent.ShouldBe(["CancelShipment"]);
        run.When(Outcomes.ShipmentCancelled).Sent.ShouldBe(["ReleaseStock", "VoidPayment"]);
        run.When(Outcomes.Released, Outcomes.Voided).Sent.ShouldBe(["OrderCancelled"]);
        run.State.Data.Refused.ShouldBe(new Refusal("CapturePayment", "hold expired"));
    }
}

public class When_a_message_comes_late_or_twice
{
    static readonly ISagaMessage[] Everything =
    [
        OrderRun.Submitted(), Outcomes.Reserved, Outcomes.StockRefused, Outcomes.Released, Outcomes.Authorized, Outcomes.PaymentRefused,
        Outcomes.Voided, Outcomes.Booked, Outcomes.ShipmentRefused, Outcomes.ShipmentCancelled, Outcomes.Captured,
        Outcomes.CaptureRefused, Outcomes.Dispatched,
    ];

    [Test]
    public void It_is_recorded_and_a_finished_order_stays_as_it_is()
    {
        foreach (var end in new[] { Fulfilled(), Cancelled() })
        {
            // A success that contradicts the saga is undone: see When_a_success_comes_late.
            foreach (
                var message in Everything.Where(
                    message => end.State.Lifecycle == Lifecycle.Completed || message is not (StockReserved or PaymentAuthorized)))
            {
                var (before, version) = (end.State.Data, end.State.Version);
                end.When(message).Sent.ShouldBeEmpty(message.ToString());
                end.State.Data.ShouldBe(before);
                end.State.Version.ShouldBe(version + 1);
            }
        }
    }

    [Test]
    public void Any_order_of_all_messages_ends_and_never_undoes_what_it_did_not_attempt()
    {
        var random = new Random(20261122);
        for (var i = 0; i < 2_000; i++)
        {
            var run = new OrderRun();
            for (var j = 0; j < 60; j++)
                run.When(Everything[random.Next(Everything.Length)]);
            run.State.Lifecycle.ShouldBeOneOf(
                Lifecycle.Completed, Lifecycle.Cancelled, Lifecycle.Compensating, Lifecycle.Running, Lifecycle.Suspended);
            run.Everything.Where(sent => sent is not ("ReleaseStock" or "VoidPayment" or "CancelShipment")).ShouldBeUnique();
            Undoes(run, "CancelShipment", "BookShipment");
            if (run.State.Lifecycle == Lifecycle.Completed)
                run.Everything.ShouldNotContain("VoidPayment");
        }
    }

    [Test]
    public void An_outcome_of_another_epoch_changes_nothing() =>
        new OrderRun().When(new StockReserved(OrderRun.OrderId, 2)).Awaited.ShouldBe("ReserveStock, AuthorizePayment");

    static void Undoes(OrderRun run, string undo, string step)
    {
        if (run.Everything.Contains(undo))
            run.Everything.IndexOf(step).ShouldBeInRange(0, run.Everything.IndexOf(undo));
    }

    static OrderRun Fulfilled() =>
        new OrderRun().When(Outcomes.Reserved, Outcomes.Authorized, Outcomes.Booked, Outcomes.Captured, Outcomes.Dispatched);

    static OrderRun Cancelled() => new OrderRun().When(Outcomes.StockRefused, Outcomes.Voided);
}

public class The_decision
{
    [Test]
    public void Is_the_same_whenever_it_is_made_again()
    {
        static string Run() => System.Text.Json.JsonSerializer.Serialize(
            new OrderRun().When(Outcomes.Reserved, Outcomes.PaymentRefused).Outgoing, WireJson.Options);
        Run().ShouldBe(Run());
    }

    [Test]
    public void Takes_its_time_from_the_caller() =>
        new OrderRun { Now = DateTimeOffset.UnixEpoch }.When(Outcomes.Reserved).State.Data.Steps["ReserveStock"].At.ShouldBe(
            DateTimeOffset.UnixEpoch);

    [Test]
    public void Rejects_an_outcome_of_an_order_that_does_not_exist() =>
        Should.Throw<RejectedMessageException>(
            () => Decider.Decide(new OrderFulfilmentSaga(), null, Outcomes.Reserved, new Circumstances(DateTimeOffset.UnixEpoch)))
            .Message.ShouldBe($"StockReserved is for order-fulfilment {OrderRun.OrderId}, which does not exist");

    [Test]
    public void Rejects_an_order_that_breaks_a_rule() =>
        Should.Throw<RejectedMessageException>(() => Decider.Decide(
                new OrderFulfilmentSaga(), null, OrderRun.Submitted() with { Lines = [] }, new Circumstances(DateTimeOffset.UnixEpoch)))
            .Message.ShouldStartWith($"OrderSubmitted for {OrderRun.OrderId} is not acceptable: ");

    [Test]
    public void Keeps_fields_of_a_newer_version()
    {
        var json = System.Text.Json.JsonSerializer.Serialize(new OrderRun().State.Data, WireJson.Options);
        json = json.Replace("\"customerId\"", "\"loyalty\":{\"tier\":3},\"customerId\"", StringComparison.Ordinal)
            .Replace("\"attempts\"", "\"nextTry\":\"soon\",\"attempts\"", StringComparison.Ordinal);
        var data = System.Text.Json.JsonSerializer.Deserialize<Order>(json, WireJson.Options)!;
        var saved = System.Text.Json.JsonSerializer.Serialize(data, WireJson.Options);
        saved.ShouldContain("\"loyalty\":{\"tier\":3}");
        saved.ShouldContain("\"nextTry\":\"soon\"");
    }
}

static class Outcomes
{
    static readonly Guid Id = OrderRun.OrderId;

    public static readonly StockReserved Reserved = new(Id, 1);
    public static readonly StockRefused StockRefused = new(Id, 1, "short of NW-11");
    public static readonly StockReleased Released = new(Id, 1);
    public static readonly PaymentAuthorized Authorized = new(Id, 1, "auth-1");
    public static readonly PaymentRefused PaymentRefused = new(Id, 1, "declined");
    public static readonly PaymentVoided Voided = new(Id, 1);
    public static readonly ShipmentBooked Booked = new(Id, 1, "ship-1");
    public static readonly ShipmentRefused ShipmentRefused = new(Id, 1, "too far");
    public static readonly ShipmentCancelled ShipmentCancelled = new(Id, 1);
    public static readonly PaymentCaptured Captured = new(Id, 1, new Money(266.06m, "USD"));
    public static readonly CaptureRefused CaptureRefused = new(Id, 1, "hold expired");
    public static readonly ShipmentDispatched Dispatched = new(Id, 1, "track-1");
}
