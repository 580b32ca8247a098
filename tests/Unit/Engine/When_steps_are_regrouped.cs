using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Engine;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Tests.Unit.Sagas.OrderFulfilment;

namespace Orchestrator.Tests.Unit.Engine;

/// <summary>A newer version of a table has the same steps in other groups, while sagas of the version before are under way.</summary>
public class When_steps_are_regrouped
{
    [Test]
    public void An_instance_that_stands_where_the_new_table_never_would_goes_on()
    {
        var state = OrderTest.Submitted().State;
        foreach (var message in new ISagaMessage[] { Outcomes.Reserved, Outcomes.Authorized })
            state = Decider.Decide(new OneAfterTheOther(), state, message, new Circumstances(DateTimeOffset.UnixEpoch)).State;
        state.Lifecycle.ShouldBe(Lifecycle.Completed);
    }

    [Test]
    public void The_fingerprint_tells_the_two_tables_apart() =>
        TableFingerprint.Of(new OneAfterTheOther()).ShouldNotBe(TableFingerprint.Of(new OneAfterTheOther(isTheOtherFirst: true)));

    sealed class OneAfterTheOther : StepSaga<Order>
    {
        public OneAfterTheOther(bool isTheOtherFirst = false) : base("order-fulfilment", version: 4)
        {
            StartedBy<OrderSubmitted>(Order.From, key: order => order.OrderNumber, violation: OrderRules.Violation);
            Step<Order>[] steps = isTheOtherFirst ? [Reserve(), Authorize()] : [Authorize(), Reserve()];
            foreach (var step in steps)
                Then(step);
            Completes(order => new OrderFulfilled(order.OrderId));
            Cancels((order, refusal) => new OrderCancelled(order.OrderId, refusal.Step, refusal.Reason));
        }

        static Step<Order> Authorize() =>
            Compensatable<AuthorizePayment>((order, epoch) => new(order.OrderId, epoch, order.CustomerId, order.Amount))
            .CompletedBy<PaymentAuthorized>()
            .UndoneBy<VoidPayment, PaymentVoided>((order, epoch) => new(order.OrderId, epoch));

        static Step<Order> Reserve() => Compensatable<ReserveStock>((order, epoch) => new(order.OrderId, epoch, order.Lines))
            .CompletedBy<StockReserved>()
            .UndoneBy<ReleaseStock, StockReleased>((order, epoch) => new(order.OrderId, epoch));
    }
}
