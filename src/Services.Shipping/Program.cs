using Orchestrator.Hosting;
using Orchestrator.Hosting.Health;
using Orchestrator.Hosting.Settings;
using Orchestrator.Services.Shipping;

return await PartyHost.Run(args, ShippingRegistration.Party, port: 8083, host =>
{
    host.Services.AddShipping(provider => provider.StoreOf(ShippingRegistration.Party));
    host.Services.AddMigration((provider, stop) => provider.StoreOf(ShippingRegistration.Party).MigrateShipping(stop));
    host.UseBus(_ => { }, (transport, context) => transport.ShippingEndpoints(context));
});
