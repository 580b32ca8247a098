using Orchestrator.Hosting;
using Orchestrator.Hosting.Health;
using Orchestrator.Hosting.Settings;
using Orchestrator.Services.Payment;
using Orchestrator.Services.Payment.Acquirer;

return await PartyHost.Run(args, PaymentRegistration.Party, port: 8082, host =>
{
    host.Services.AddPayment(provider => provider.StoreOf(PaymentRegistration.Party));
    host.Services.AddMigration((provider, stop) => provider.StoreOf(PaymentRegistration.Party).MigratePayment(stop));
    host.Services.AddSimulatedAcquirer(provider => provider.StoreOf(AcquirerRegistration.Party));
    host.Services.AddPartyStore(AcquirerRegistration.Party, host.Configuration.PostgresOf("Acquirer") ?? host.Settings.Postgres);
    host.Services.AddMigration((provider, stop) => provider.StoreOf(AcquirerRegistration.Party).MigrateAcquirer(stop));
    host.UseBus(_ => { }, (transport, context) => transport.PaymentEndpoints(context));
});
