using System.Reflection;
using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.Participants;

namespace Orchestrator.MassTransit;

/// <summary>The queues of a participant.</summary>
public static class ParticipantEndpoints
{
    const int Partitions = 512;

    static readonly MethodInfo Command = Method(nameof(HandleCommand)), Event = Method(nameof(HandleEvent));

    /// <summary>Receives a participant's messages: each command from the queue that its <see cref="SentToAttribute"/> names, each event
    /// from its subscription.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="participant">The participant.</param>
    public static void Receive(this IBusFactoryConfigurator bus, IParticipant participant)
    {
        var subscriptions = new List<IReceiveEndpointConfigurator>();
        foreach (var queue in participant.Events)
        {
            bus.ReceiveEndpoint(queue.Key, endpoint =>
            {
                subscriptions.Add(endpoint);
                foreach (var type in queue)
                    Event.MakeGenericMethod(type).Invoke(null, [endpoint, participant]);
            });
        }

        foreach (var queue in participant.Commands)
        {
            bus.ReceiveEndpoint(queue.Key, endpoint =>
            {
                // Commands are sent straight to this queue. Nobody publishes them, so there is nothing to subscribe to.
                endpoint.ConfigureConsumeTopology = false;
                var sagas = participant.HasEffects ? endpoint.CreatePartitioner(Partitions) : null;
                // A command may lead to an event. So the subscriptions exist before the first command is handled.
                foreach (var subscription in subscriptions)
                    endpoint.AddDependency(subscription);
                foreach (var type in queue)
                    Command.MakeGenericMethod(type).Invoke(null, [endpoint, participant, sagas]);
            });
        }
    }

    static void HandleCommand<TCommand>(IReceiveEndpointConfigurator endpoint, IParticipant participant, IPartitioner? sagas)
        where TCommand : class, IStepMessage
    {
        // The commands of one saga are handled one at a time, in the order of their arrival. Correctness does not depend on this, because
        // another replica may handle the other command. It avoids the undo of an effect outside the database that is still under way.
        if (sagas is not null)
            endpoint.UsePartitioner<TCommand>(sagas, command => command.Message.SagaId);
        endpoint.Handler<TCommand>(
            async context => await context.Answer((await participant.Handle(context.Message, context.CancellationToken))!));
    }

    static void HandleEvent<TEvent>(IReceiveEndpointConfigurator endpoint, IParticipant participant)
        where TEvent : class, ISagaMessage =>
        endpoint.Handler<TEvent>(context => participant.Handle(context.Message, context.CancellationToken));

    static MethodInfo Method(string name) => typeof(ParticipantEndpoints).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;
}
