using Orchestrator.Hosting.Embedded;
using Orchestrator.Journal.Holds;
using Orchestrator.Local.Faults;
using Orchestrator.Services.Inventory;
using Orchestrator.Services.Payment;
using Orchestrator.Services.Shipping;
using Orchestrator.Worker;

namespace Orchestrator.Local;

/// <summary>The parties that handle orders, for a process that hosts all of them.</summary>
static class OrderParties
{
    /// <summary>Describes the parties.</summary>
    /// <param name="faults">How the participants misbehave; null when they behave well.</param>
    public static HostedParties All(FaultSpec? faults)
    {
        var parties = new HostedParties();
        // The faults apply to the queues that are added after them.
        parties.AddParticipant("faults", party =>
        {
            party.AddServices(host => host.Services.AddFaults(faults));
            party.AddQueues((bus, context) => bus.UseFaults(context));
        });
        parties.AddSagas(sagas =>
        {
            sagas.AddOrderSagas();
            // A run with faults shows how sagas handle them, and must end.
            sagas.Options = _ => new(faults?.Pace ?? 1, faults is null ? BreakerOptions.Default : BreakerOptions.Off);
        });
        parties.AddParticipant(InventoryRegistration.Party, party => party.AddInventory());
        parties.AddParticipant(PaymentRegistration.Party, party => party.AddPayment());
        parties.AddParticipant(ShippingRegistration.Party, party => party.AddShipping());
        return parties;
    }
}
