using Orchestrator.Hosting;

namespace Orchestrator.Services.Shipping;

/// <summary>The shipping service, for every host that runs it.</summary>
public static class ShippingParty
{
    /// <summary>Describes the service to a host.</summary>
    public static void AddShipping(this Party party)
    {
        party.AddSettings(ShippingSettings.All);
        party.AddServices(host => host.Services.AddShipping(host.Store));
        party.AddTables((database, stop) => database.MigrateShipping(stop));
        party.AddQueues((bus, context) => bus.ShippingEndpoints(context));
    }
}
