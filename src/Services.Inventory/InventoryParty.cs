using Orchestrator.Hosting;

namespace Orchestrator.Services.Inventory;

/// <summary>The inventory service, for every host that runs it.</summary>
public static class InventoryParty
{
    /// <summary>Describes the service to a host.</summary>
    public static void AddInventory(this Party party)
    {
        party.AddServices(host => host.Services.AddInventory(host.Store));
        party.AddTables((database, stop) => database.MigrateInventory(stop));
        party.AddQueues((bus, context) => bus.InventoryEndpoints(context));
    }
}
