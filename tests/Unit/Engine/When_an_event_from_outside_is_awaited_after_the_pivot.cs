using Orchestrator.Contracts.Operations;
using Orchestrator.Testing;
using Orchestrator.Tests.Unit.Sagas;

namespace Orchestrator.Tests.Unit.Engine;

public class When_an_event_from_outside_is_awaited_after_the_pivot
{
    static readonly Guid Id = FreeTripSaga.Id;

    [Test]
    public void An_operator_is_called_when_it_does_not_come_in_time()
    {
        var trip = Charged().TimePasses(TimeSpan.FromHours(1)).Is("Suspended: PlaneLanded");
        trip.Sent.ShouldBe([new SagaSuspended(Id, "paid-trip", "PlaneLanded", "PlaneLanded: did not come in time")]);
    }

    [Test]
    public void It_is_waited_for_anew_when_the_operator_says_so()
    {
        var trip = Charged().TimePasses(TimeSpan.FromHours(1)).Receive(new ResumeSaga(Id, null, "ops", "it is late"));
        trip.Sends<OperatorCommandAccepted>().Is("Running: PlaneLanded");
        trip.Deadline.ShouldBe(trip.Now.AddHours(1));
        trip.Receive(new PlaneLanded(Id)).Is("Completed");
    }

    static SagaTest<PaidTripSaga, Trip> Charged() =>
        new SagaTest<PaidTripSaga, Trip>().Receive(new TripRequested(Id, "Ada", "AY 5"), new CardCharged(Id, 1)).Is("Running: PlaneLanded");
}
