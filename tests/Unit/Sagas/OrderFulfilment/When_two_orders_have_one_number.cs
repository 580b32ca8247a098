using Orchestrator.Contracts.Orders;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Testing;

namespace Orchestrator.Tests.Unit.Sagas.OrderFulfilment;

public class When_two_orders_have_one_number
{
    static readonly Guid First = Guid.Parse("0197c0de-0000-7000-8000-00000000f125");

    SagaTest<OrderFulfilmentSaga, Order> _second = null!;

    [SetUp]
    public void Submit() => _second = new SagaTest<OrderFulfilmentSaga, Order>().KeyIsTaken(by: First).Receive(OrderRun.Submitted());

    [Test]
    public void The_second_is_cancelled_before_its_first_step_and_answered_as_a_conflict() =>
        _second.Sends<OrderConflicted, OrderCancelled>().Is("Cancelled");

    [Test]
    public void Its_answer_names_the_first_and_the_number()
    {
        var reason = $"order-fulfilment {First} has the business key {OrderRun.Submitted().OrderNumber}; give each its own";
        _second.Sent.ShouldBe(
            [new OrderConflicted(OrderRun.OrderId, reason), new OrderCancelled(OrderRun.OrderId, nameof(OrderSubmitted), reason)]);
        _second.LastRemark().ShouldBe($"refused: {reason}");
        _second.Deadline.ShouldBeNull();
    }

    [Test]
    public void The_same_order_again_changes_nothing() => _second.Receive(OrderRun.Submitted()).SendsNothing().Is("Cancelled");

    [Test]
    public void The_first_one_is_not_in_its_own_way() =>
        new SagaTest<OrderFulfilmentSaga,
        Order>().KeyIsTaken(by: OrderRun.OrderId).Receive(OrderRun.Submitted()).Is("Running: ReserveStock, AuthorizePayment");
}
