using MassTransit;
using Orchestrator.Engine;
using Orchestrator.Journal;

namespace Orchestrator.MassTransit.Repository;

/// <summary>The queues of a saga.</summary>
interface ISagaEndpoints
{
    IReadOnlyCollection<string> Queues { get; }

    void Receive(IBusFactoryConfigurator bus, IRegistrationContext context, int? intakeAtOnce);
}

/// <summary>
/// Three queues for one saga: what starts an instance, and deadlines that have passed, wait in queues of their own, so that a
/// crowd of either does not stand in the way of the outcomes that those under way wait for.
/// </summary>
sealed class SagaEndpoints<TData>(StepSaga<TData> definition) : ISagaEndpoints
    where TData : SagaData
{
    // Of a crowd of deadlines: so few that sending the rest and the outcomes of others keep most of the machine.
    const int AtOnce = 6;

    public IReadOnlyCollection<string> Queues { get; } =
        [SagaQueues.Outcomes(definition.Kind), SagaQueues.Intake(definition.Kind), SagaQueues.Deadlines(definition.Kind)];

    public void Receive(IBusFactoryConfigurator bus, IRegistrationContext context, int? intakeAtOnce)
    {
        // What somebody addresses to the saga comes straight to its queue; what happens elsewhere is subscribed to.
        bus.ReceiveEndpoint(SagaQueues.Outcomes(definition.Kind), endpoint =>
            Subscribe(endpoint, context, message => !definition.Starts(message) && !StepSaga.IsAddressed(message)));
        bus.ReceiveEndpoint(SagaQueues.Intake(definition.Kind), endpoint =>
        {
            if (intakeAtOnce is { } few)
                Limit(endpoint, few);
            Subscribe(endpoint, context, definition.Starts);
        });
        bus.ReceiveEndpoint(SagaQueues.Deadlines(definition.Kind), endpoint =>
        {
            // An answer that is there already goes first: outcomes have most of the host to themselves.
            Limit(endpoint, AtOnce);
            Subscribe(endpoint, context, _ => false);
        });
    }

    static void Limit(IReceiveEndpointConfigurator endpoint, int atOnce) =>
        (endpoint.PrefetchCount, endpoint.ConcurrentMessageLimit) = (atOnce, atOnce);

    void Subscribe(IReceiveEndpointConfigurator endpoint, IRegistrationContext context, Func<Type, bool> isSubscribed)
    {
        foreach (var message in definition.Messages)
            endpoint.ConfigureMessageTopology(message, isSubscribed(message));
        endpoint.ConfigureSaga<StepSagaInstance<TData>>(context);
    }
}
