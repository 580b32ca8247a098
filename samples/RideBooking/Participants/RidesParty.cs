using Orchestrator.Hosting;

namespace Orchestrator.Samples.RideBooking;

/// <summary>The simulated participants of rides, for every host that runs them.</summary>
public static class RidesParty
{
    /// <summary>Describes the participants to a host.</summary>
    public static void AddRides(this Party party)
    {
        party.AddServices(host => host.Services.AddRides(host.Store));
        party.AddTables((database, stop) => database.MigrateRides(stop));
        party.AddQueues((bus, context) => bus.RideEndpoints(context));
    }
}
