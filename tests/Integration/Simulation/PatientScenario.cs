using Orchestrator.Contracts;
using Orchestrator.Contracts.Rides;
using Orchestrator.Engine;
using Orchestrator.Samples.RideBooking;
using Orchestrator.Simulation.Scenarios;
using Orchestrator.Simulation.Worlds;

namespace Orchestrator.Tests.Integration.Simulation;

/// <summary>Rides that wait for a month for an event that never comes, and are then cancelled.</summary>
sealed class PatientScenario(World world) : Scenario<Ride>(world, new PatientSaga())
{
    protected override Task Prepare(MemoryDatabase store) => store.MigrateRides();

    protected override void Participants() => Host("passengers", RideQueues.Passengers, (_, _) => Answering());

    protected override ISagaMessage Started(Guid id, int number) =>
        new RideRequested(id, $"R-{number:0000}", "ALFKI", "Unter den Linden", "Tegel", new Money(20, "EUR"));

    sealed class PatientSaga : StepSaga<Ride>
    {
        public PatientSaga() : base("patient-ride", version: 1)
        {
            StartedBy<RideRequested>(Ride.From, key: ride => ride.RideNumber, violation: RideRules.Violation);
            Then(Await<RideEnded>((ride, ended) => ride with { FinalFare = ended.Fare }).Within(TimeSpan.FromDays(31)));
            CancelledBy<CancelRide,
            RideCancellationRefused>(cancel => Ride.NotYetKnown(cancel.RideId), (ride, reason) => new(ride.RideId, reason));
            Completes(ride => new RideCompleted(ride.RideId, ride.FareToTake()));
            Cancels((ride, refusal) => new RideCancelled(ride.RideId, refusal.Step, refusal.Reason));
        }
    }
}
