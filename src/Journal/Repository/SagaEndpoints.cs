using MassTransit;
using Orchestrator.Sagas.Engine;

namespace Orchestrator.Journal.Repository;

/// <summary>The queues of a saga.</summary>
interface ISagaEndpoints
{
    void Receive(IBusFactoryConfigurator bus, IRegistrationContext context);
}

/// <summary>
/// Two queues for one saga: what starts an instance waits in one of its own, so that a crowd of new ones does not stand in
/// the way of the outcomes that those under way wait for.
/// </summary>
sealed class SagaEndpoints<TData>(StepSaga<TData> definition) : ISagaEndpoints
    where TData : SagaData
{
    public void Receive(IBusFactoryConfigurator bus, IRegistrationContext context)
    {
        bus.ReceiveEndpoint(SagaQueues.Outcomes(definition.Kind), endpoint => Subscribe(endpoint, context, starts: false));
        bus.ReceiveEndpoint(SagaQueues.Intake(definition.Kind), endpoint => Subscribe(endpoint, context, starts: true));
    }

    void Subscribe(IReceiveEndpointConfigurator endpoint, IRegistrationContext context, bool starts)
    {
        // What somebody addresses to the saga comes straight to its queue; what happens elsewhere is subscribed to.
        foreach (var message in definition.Messages)
            endpoint.ConfigureMessageTopology(message, definition.Starts(message) == starts && !StepSaga.IsAddressed(message));
        endpoint.ConfigureSaga<StepSagaInstance<TData>>(context);
    }
}
