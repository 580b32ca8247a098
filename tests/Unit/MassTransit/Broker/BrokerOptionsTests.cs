using Orchestrator.MassTransit.Broker;

namespace Orchestrator.Tests.Unit.MassTransit.Broker;

public class A_host_begins_fewer_sagas_at_once_than_it_carries_on
{
    [TestCase(1, 1)]
    [TestCase(4, 4)]
    [TestCase(16, 16)]
    [TestCase(40, 16)]
    [TestCase(256, 64)]
    public void But_never_none(int prefetch, int intake) => new BrokerOptions { Prefetch = prefetch }.IntakeAtOnce.ShouldBe(intake);
}
