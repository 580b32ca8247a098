using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Testing;
using Orchestrator.Tests.Unit.Sagas;
using Orchestrator.Tests.Unit.Sagas.OrderFulfilment;

namespace Orchestrator.Tests.Unit.Engine;

/// <summary>All messages and times, in every state of a saga.</summary>
public class Every_state_and_every_message
{
    static readonly TripRequested Asked = new(FreeTripSaga.Id, "Ada", "AY 5");

    [Test]
    public void Of_an_order() => SagaWalk.Check<OrderFulfilmentSaga, Order>(OrderRun.Submitted()).States.ShouldBeGreaterThan(100);

    // Without a pivot and without a limit for the whole saga.
    [Test]
    public void Of_a_free_trip() => SagaWalk.Check<FreeTripSaga, Trip>(Asked).States.ShouldBeGreaterThan(8);

    // A step after the pivot may be refused.
    [Test]
    public void Of_a_mailed_trip() => SagaWalk.Check<MailedTripSaga, Trip>(Asked).States.ShouldBeGreaterThan(16);

    // Only an operator can turn it back.
    [Test]
    public void Of_a_paid_trip() => SagaWalk.Check<PaidTripSaga, Trip>(Asked).States.ShouldBeGreaterThan(8);
}
