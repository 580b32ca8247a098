using MassTransit;
using MassTransit.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Contracts;
using Orchestrator.Engine;
using Orchestrator.Journal;
using Orchestrator.MassTransit.Broker;
using Orchestrator.MassTransit.Telemetry;

namespace Orchestrator.MassTransit.Endpoints;

/// <summary>
/// Three queues for one saga: what starts an instance, and deadlines that have passed, wait in queues of their own, so that a
/// crowd of either does not stand in the way of the outcomes that those under way wait for.
/// </summary>
static class SagaEndpoints
{
    // Of a crowd of deadlines: so few that sending the rest and the outcomes of others keep most of the machine.
    const int AtOnce = 6;

    /// <summary>Receives from the queues of a saga.</summary>
    /// <param name="bus">The bus being configured.</param>
    /// <param name="services">Its host's services.</param>
    /// <param name="kind">The kind of saga.</param>
    /// <param name="intakeAtOnce">How many messages that start sagas are handled at once; as many as any others unless given.</param>
    public static void Receive(IBusFactoryConfigurator bus, IServiceProvider services, ISagaKind kind, int? intakeAtOnce)
    {
        // What somebody addresses to the saga comes straight to its queue; what happens elsewhere is subscribed to.
        Receive(SagaQueues.Outcomes(kind.Name), null, kind.Receives.Where(type => !kind.IsStartedBy(type) && !StepSaga.IsAddressed(type)));
        Receive(SagaQueues.Intake(kind.Name), intakeAtOnce, kind.Receives.Where(kind.IsStartedBy));
        // An answer that is there already goes first: outcomes have most of the host to themselves.
        Receive(SagaQueues.Deadlines(kind.Name), AtOnce, []);

        void Receive(string queue, int? atOnce, IEnumerable<Type> events) => bus.ReceiveEndpoint(queue, endpoint =>
        {
            endpoint.ConfigureConsumeTopology = false;
            if (atOnce is { } few)
                (endpoint.PrefetchCount, endpoint.ConcurrentMessageLimit) = (few, few);
            foreach (var type in events)
                Subscribe(endpoint, type);
            var time = services.GetRequiredService<TimeProvider>();
            var conventions = services.GetService<BrokerConventions>();
            if (conventions is not null)
                conventions.Rescue(endpoint, queue, services);
            else
                RescueInProcess(endpoint);
            var retries = conventions is null ? Retries.InProcess(time) : Retries.OnBroker(time);
            var dispatcher = new Lazy<SagaDispatcher>(services.GetRequiredService<SagaDispatcher>);
            endpoint.ConfigureReceive(pipe => pipe.UseFilter(new SagaFilter(kind, dispatcher, new HandledMessages(time), retries)));
        });
    }

    // Without it, what is thrown would be lost.
    static void RescueInProcess(IReceiveEndpointConfigurator endpoint)
    {
        endpoint.PublishFaults = false;
        var failed = Pipe.New<ExceptionReceiveContext>(error =>
        {
            error.UseFilter(new GenerateFaultFilter());
            error.UseFilter(new ErrorTransportFilter());
        });
        endpoint.ConfigureReceive(pipe => pipe.UseRescue(failed, rescue => rescue.Ignore<OperationCanceledException>()));
    }

    // Under the name that MassTransit gives the exchange of an event on this transport.
    static void Subscribe(IReceiveEndpointConfigurator endpoint, Type type)
    {
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
            rabbit.Bind(BrokerQueues.Event(type));
        else
            ((IInMemoryReceiveEndpointConfigurator)endpoint).Bind(MessageContract.Urn(type));
    }
}
