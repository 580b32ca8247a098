using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;
using Orchestrator.Hosting;
using Orchestrator.Journal;
using Orchestrator.Sagas.OrderFulfilment;

namespace Orchestrator.Worker;

/// <summary>The sagas of this application.</summary>
public static class WorkerRegistration
{
    /// <summary>The name of the party. It names the schema, the role and the sender of messages.</summary>
    public const string Party = SagaJournal.Party;

    /// <summary>Describes the sagas of this application.</summary>
    public static SagaParty OrderSagas()
    {
        var sagas = new SagaParty();
        sagas.AddOrderSagas();
        return sagas;
    }

    /// <summary>Adds every saga, and the queues of events that participants handle. Add a line here for a new one.</summary>
    public static void AddOrderSagas(this SagaParty host)
    {
        host.AddSaga<OrderFulfilmentSaga, Order>();
        host.AddWorkSource(InventoryQueues.Events, typeof(OrderFulfilled));
    }
}
