using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Engine;
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

    // The event may overtake the message that starts the saga, so it is put off. It is not put off for longer than the saga would wait.
    [TestCase(1, 0.9, false)]
    [TestCase(1, 1.1, true)]
    [TestCase(0.1, 0.09, false)]
    [TestCase(0.1, 0.11, true)]
    public void It_is_refused_when_its_saga_has_not_started_for_as_long_as_it_would_wait(double pace, double hours, bool isRefused)
    {
        var sent = DateTimeOffset.UnixEpoch;
        void Decide() => Decider.AnswerWithoutSaga(
            new PaidTripSaga { Pace = pace }, new PlaneLanded(Id), Guid.CreateVersion7(), sent, sent + TimeSpan.FromHours(hours));
        if (isRefused)
            Should.Throw<RejectedMessageException>(Decide);
        else
            Should.NotThrow(Decide);
    }

    static SagaTest<PaidTripSaga, Trip> Charged() =>
        new SagaTest<PaidTripSaga, Trip>().Receive(new TripRequested(Id, "Ada", "AY 5"), new CardCharged(Id, 1)).Is("Running: PlaneLanded");
}
