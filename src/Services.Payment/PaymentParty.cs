using Orchestrator.Hosting;
using Orchestrator.Services.Payment.Acquirer;

namespace Orchestrator.Services.Payment;

/// <summary>The payment service with its simulated acquirer, for every host that runs it.</summary>
public static class PaymentParty
{
    /// <summary>Describes the service to a host.</summary>
    public static void AddPayment(this Party party)
    {
        party.AddSettings(PaymentSettings.All);
        party.AddServices(host => host.Services.AddPayment(host.Store));
        party.AddTables((database, stop) => database.MigratePayment(stop));
        // The acquirer stands for another company, so its books are not in the database of the service.
        party.AddStore(AcquirerRegistration.Party, (database, stop) => database.MigrateAcquirer(stop));
        party.AddServices(host => host.Services.AddSimulatedAcquirer(host.StoreOf(AcquirerRegistration.Party)));
        party.AddQueues((bus, context) => bus.PaymentEndpoints(context));
    }
}
