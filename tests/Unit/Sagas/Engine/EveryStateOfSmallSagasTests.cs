using Orchestrator.Contracts;

namespace Orchestrator.Tests.Unit.Sagas.Engine;

/// <summary>Without a pivot and without a limit as a whole.</summary>
public class Every_state_of_a_free_trip_and_every_message : Every_state_and_every_message<FreeTripSaga, Trip>
{
    protected override ISagaMessage Start => new TripRequested(FreeTripSaga.Id, "Ada", "AY 5");
}

/// <summary>Nobody but an operator turns it back.</summary>
public class Every_state_of_a_paid_trip_and_every_message : Every_state_and_every_message<PaidTripSaga, Trip>
{
    protected override ISagaMessage Start => new TripRequested(FreeTripSaga.Id, "Ada", "AY 5");
}
