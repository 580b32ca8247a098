using Orchestrator.Hosting;
using Orchestrator.Hosting.Health;
using Orchestrator.Hosting.Settings;
using Orchestrator.Services.Inventory;

return await PartyHost.Run(args, InventoryRegistration.Party, port: 8081, host =>
{
    host.Services.AddInventory(provider => provider.StoreOf(InventoryRegistration.Party));
    host.Services.AddMigration((provider, stop) => provider.StoreOf(InventoryRegistration.Party).MigrateInventory(stop));
    host.UseBus(_ => { }, (transport, context) => transport.InventoryEndpoints(context));
});
