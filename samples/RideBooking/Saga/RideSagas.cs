using Orchestrator.Contracts.Rides;
using Orchestrator.Hosting;

namespace Orchestrator.Samples.RideBooking;

/// <summary>The saga of rides, for every host that runs it.</summary>
public static class RideSagas
{
    /// <summary>Adds the saga, and the queue of events that the drivers handle.</summary>
    public static void AddRideSagas(this SagaParty sagas)
    {
        sagas.AddSaga<RideBookingSaga, Ride>();
        sagas.AddWorkSource(RideQueues.DriverEvents, typeof(RideEnded));
    }
}
