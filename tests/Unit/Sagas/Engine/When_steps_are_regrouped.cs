using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Engine;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Tests.Unit.Sagas.OrderFulfilment;

namespace Orchestrator.Tests.Unit.Sagas.Engine;

/// <summary>A newer version of a table has the same steps in other groups; instances of the version before are under way.</summary>
public class When_steps_are_regrouped
{
    static readonly StepSagaStateMachine<Order> Machine = new(new OneAfterTheOther(), TimeProvider.System);

    [Test]
    public void An_instance_that_stands_where_the_new_table_never_would_has_a_state_all_the_same()
    {
        var state = OrderTest.Submitted().State;
        Machine.StateOf(state).ShouldBe("Running");
        Machine.States.Select(known => known.Name).ShouldContain("Running");
    }

    [Test]
    public void An_instance_that_stands_where_the_new_table_may_has_the_state_of_that_name() =>
        Machine.StateOf(OrderTest.Submitted(Outcomes.Reserved).State).ShouldBe("Running: AuthorizePayment");

    [Test]
    public void It_goes_on_by_the_new_table()
    {
        var state = OrderTest.Submitted().State;
        foreach (var message in new ISagaMessage[] { Outcomes.Reserved, Outcomes.Authorized })
            state = Decider.Decide(new OneAfterTheOther(), state, message, new Circumstances(DateTimeOffset.UnixEpoch)).State;
        Machine.StateOf(state).ShouldBe("Completed");
    }

    [Test]
    public void The_fingerprint_tells_the_two_tables_apart() =>
        TableFingerprint.Of(new OneAfterTheOther()).ShouldNotBe(TableFingerprint.Of(new TheOtherFirst()));

    class OneAfterTheOther : StepSaga<Order>
    {
        public OneAfterTheOther() : base("order-fulfilment", version: 4)
        {
            StartedBy<OrderSubmitted>(Order.From, key: order => order.OrderNumber, violation: OrderRules.Violation);
            foreach (var step in InOrder(Authorize(), Reserve()))
                Then(step);
            Completes(order => new OrderFulfilled(order.OrderId));
            Cancels((order, refusal) => new OrderCancelled(order.OrderId, refusal.Step, refusal.Reason));
        }

        protected virtual IEnumerable<Step<Order>> InOrder(Step<Order> authorize, Step<Order> reserve) => [authorize, reserve];

        static Step<Order> Authorize() => Compensatable<AuthorizePayment>((order, epoch) => new(order.OrderId, epoch, order.CustomerId, order.Amount))
            .CompletedBy<PaymentAuthorized>()
            .UndoneBy<VoidPayment, PaymentVoided>((order, epoch) => new(order.OrderId, epoch));

        static Step<Order> Reserve() => Compensatable<ReserveStock>((order, epoch) => new(order.OrderId, epoch, order.Lines))
            .CompletedBy<StockReserved>()
            .UndoneBy<ReleaseStock, StockReleased>((order, epoch) => new(order.OrderId, epoch));
    }

    sealed class TheOtherFirst : OneAfterTheOther
    {
        protected override IEnumerable<Step<Order>> InOrder(Step<Order> authorize, Step<Order> reserve) => [reserve, authorize];
    }
}
