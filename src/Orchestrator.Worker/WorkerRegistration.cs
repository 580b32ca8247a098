using MassTransit;
using Orchestrator.Hosting.Holds;
using Orchestrator.Journal;
using Orchestrator.MassTransit.Endpoints;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Sagas.RideBooking;

namespace Orchestrator.Worker;

/// <summary>The sagas of this application.</summary>
public static class WorkerRegistration
{
    /// <summary>The party: names its schema, its role and its messages.</summary>
    public const string Party = SagaJournal.Party;

    /// <summary>Adds every saga. A new one gets a line here.</summary>
    /// <param name="bus">The bus being configured.</param>
    /// <param name="pace">What their time limits and pauses are multiplied by, in trials.</param>
    public static void AddSagas(this IBusRegistrationConfigurator bus, double pace = 1)
    {
        bus.AddJournalSaga<OrderFulfilmentSaga, Order>(pace);
        bus.AddJournalSaga<RideBookingSaga, Ride>(pace);
        bus.AddConsumer<HoldHandlers>();
    }
}
