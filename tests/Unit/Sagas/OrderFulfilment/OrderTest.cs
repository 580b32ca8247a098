using Orchestrator.Contracts;
using Orchestrator.Engine;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Testing;

namespace Orchestrator.Tests.Unit.Sagas.OrderFulfilment;

/// <summary>An order in the test kit.</summary>
static class OrderTest
{
    public static SagaTest<OrderFulfilmentSaga, Order> Submitted(params ISagaMessage[] then) =>
        new SagaTest<OrderFulfilmentSaga, Order>().Receive([OrderRun.Submitted(), .. then]);

    /// <summary>Runs the order until the pivot has been sent.</summary>
    public static SagaTest<OrderFulfilmentSaga, Order> Capturing() => Submitted(Outcomes.Reserved, Outcomes.Authorized, Outcomes.Booked);

    /// <summary>Lets time pass until the saga has sent the command this many times.</summary>
    public static SagaTest<OrderFulfilmentSaga, Order> Until<T>(this SagaTest<OrderFulfilmentSaga, Order> order, int times)
    {
        while (order.AllSent.OfType<T>().Count() < times)
            order.NextDeadline();
        return order;
    }

    public static StepRecord Step(this SagaTest<OrderFulfilmentSaga, Order> order, string name) => order.Data.Steps[name];

    public static string LastRemark(this SagaTest<OrderFulfilmentSaga, Order> order) => order.Timeline[^1].Remark ?? "";
}
