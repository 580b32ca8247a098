using Orchestrator.Hosting;
using Orchestrator.Services.Inventory;

return await ParticipantHost.Run(args, InventoryRegistration.Party, host => host.AddInventory(), port: 8081);
