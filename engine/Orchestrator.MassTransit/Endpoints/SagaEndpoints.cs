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
/// Three queues for one kind of saga. Messages that start sagas and passed deadlines have queues of their own. So a crowd of them does not
/// delay the outcomes that running sagas wait for.
/// </summary>
static class SagaEndpoints
{
    // How many deadlines are handled at once. The number is small, so that a crowd of deadlines leaves most of the machine to outcomes and
    // to the sweep.
    const int AtOnce = 6;

    /// <summary>Receives from the queues of a saga.</summary>
    /// <param name="bus">The bus being configured.</param>
    /// <param name="services">Its host's services.</param>
    /// <param name="kind">The kind of saga.</param>
    /// <param name="intakeAtOnce">How many messages that start sagas are handled at once; null for no limit of their own.</param>
    public static void Receive(IBusFactoryConfigurator bus, IServiceProvider services, ISagaKind kind, int? intakeAtOnce)
    {
        // Messages that are addressed to the saga come straight to its queue. Events need a subscription.
        Receive(SagaQueues.Outcomes(kind.Name), null, kind.Receives.Where(type => !kind.IsStartedBy(type) && !StepSaga.IsAddressed(type)));
        Receive(SagaQueues.Intake(kind.Name), intakeAtOnce, kind.Receives.Where(kind.IsStartedBy));
        // An outcome that has already come should be handled before the deadline, so outcomes get most of the host.
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

    // Without it, an exception would be lost.
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

    // Uses the name that MassTransit gives the exchange of an event on this transport.
    static void Subscribe(IReceiveEndpointConfigurator endpoint, Type type)
    {
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
            rabbit.Bind(BrokerQueues.Event(type));
        else
            ((IInMemoryReceiveEndpointConfigurator)endpoint).Bind(MessageContract.Urn(type));
    }
}
