using Orchestrator.Contracts.Inventory;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Sagas.Testing;
using Orchestrator.Tests.Unit.Sagas.OrderFulfilment;

namespace Orchestrator.Tests.Unit.Sagas.Testing;

/// <summary>The test kit is what users rely on: it must fail when the saga does something else.</summary>
public class A_test_of_a_saga_fails
{
    [Test]
    public void When_another_message_was_sent_than_expected() => Fails(order => order.Sends<ReleaseStock>())
        .ShouldStartWith("order-fulfilment: expected ReleaseStock to be sent, but it was ReserveStock, AuthorizePayment.");

    [Test]
    public void When_fewer_or_more_messages_were_sent_than_expected()
    {
        Fails(order => order.Sends<ReserveStock>()).ShouldContain("expected ReserveStock to be sent, but it was ReserveStock, AuthorizePayment.");
        Fails(order => order.SendsNothing()).ShouldContain("expected nothing to be sent, but it was ReserveStock, AuthorizePayment.");
        Fails(order => order.Receive(Outcomes.Reserved).Sends<ReserveStock>()).ShouldContain("expected ReserveStock to be sent, but it was nothing.");
    }

    [Test]
    public void When_the_saga_is_in_another_state() => Fails(order => order.Is("Completed"))
        .ShouldContain("expected it to be Completed, but it is Running: ReserveStock, AuthorizePayment.");

    [Test]
    public void When_there_is_no_deadline_to_wait_for() => Fails(order => order.Receive(Outcomes.StockRefused, Outcomes.Voided).NextDeadline())
        .ShouldContain("it has no deadline.");

    [Test]
    public void When_the_saga_has_not_begun() => Should.Throw<SagaTestException>(() => new SagaTest<OrderFulfilmentSaga, Order>().Is("Completed"))
        .Message.ShouldBe("order-fulfilment has not begun: give it the message that starts it");

    [Test]
    public void And_tells_what_happened_so_far() => Fails(order => order.Receive(Outcomes.StockRefused, Outcomes.Reserved).Is("Completed"))
        .Split(Environment.NewLine).Skip(1).ShouldBe(
        [
            "  2030-01-01 12:00:00Z OrderSubmitted: (new) -> Running: ReserveStock, AuthorizePayment, sent ReserveStock, AuthorizePayment",
            "  2030-01-01 12:00:00Z StockRefused: Running: ReserveStock, AuthorizePayment -> Compensating: AuthorizePayment, sent VoidPayment",
            "  2030-01-01 12:00:00Z StockReserved: Compensating: AuthorizePayment -> Compensating: ReserveStock, AuthorizePayment, sent ReleaseStock (came late: ReserveStock was refused)",
        ]);

    static string Fails(Action<SagaTest<OrderFulfilmentSaga, Order>> test) =>
        Should.Throw<SagaTestException>(() => test(OrderTest.Submitted())).Message;
}
