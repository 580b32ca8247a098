using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;
using Orchestrator.Hosting;
using Orchestrator.Journal;
using Orchestrator.Sagas.OrderFulfilment;

namespace Orchestrator.Worker;

/// <summary>The sagas of this application.</summary>
public static class WorkerRegistration
{
    /// <summary>The party: names its schema, its role and its messages.</summary>
    public const string Party = SagaJournal.Party;

    /// <summary>The sagas of this application, described.</summary>
    public static SagaParty OrderSagas()
    {
        var sagas = new SagaParty();
        sagas.AddOrderSagas();
        return sagas;
    }

    /// <summary>Adds every saga, and the queues of events that participants work off. A new one gets a line here.</summary>
    public static void AddOrderSagas(this SagaParty host)
    {
        host.AddSaga<OrderFulfilmentSaga, Order>();
        host.AddWorkSource(InventoryQueues.Events, typeof(OrderFulfilled));
    }
}
