using Orchestrator.Engine;
using Orchestrator.Tests.Unit.Sagas;

namespace Orchestrator.Tests.Unit.Engine;

/// <summary>
/// A trip that is paid first and then waits for an event. Its pivot is the first step, and only an operator can turn it back.
/// </summary>
public sealed class PaidTripSaga : StepSaga<Trip>
{
    public PaidTripSaga() : base("paid-trip", version: 1)
    {
        StartedBy<TripRequested>(
            asked => new(asked.SagaId, asked.Traveller, asked.Flight), key: trip => trip.Traveller, violation: _ => null);
        Then(Pivot<ChargeCard>((trip, epoch) => new(trip.Id, epoch, trip.Traveller)).CompletedBy<CardCharged>().NeverRefused());
        Then(Await<PlaneLanded>().Within(TimeSpan.FromHours(1)));
        Completes(trip => new TripBooked(trip.Id, trip.Seat));
        Cancels((trip, refusal) => new TripCancelled(trip.Id, refusal.Reason));
    }
}
