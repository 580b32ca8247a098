using Orchestrator.Contracts;
using Orchestrator.Participants;
using Orchestrator.Simulation.Worlds;
using Outcomes = Orchestrator.MassTransit.Answers;

namespace Orchestrator.Simulation.Parties;

/// <summary>A participant that handles the messages of a queue.</summary>
/// <param name="world">The world of the run.</param>
public sealed class SimulatedParticipant(World world)
{
    readonly Dictionary<Type, Func<ISagaMessage, Task<IStepMessage?>>> _handlers = [];

    /// <summary>The types that it handles.</summary>
    internal IEnumerable<Type> Types => _handlers.Keys;

    /// <summary>Handles its messages with a participant of the kit.</summary>
    public SimulatedParticipant Is(IParticipant participant)
    {
        foreach (var type in participant.Commands.Concat(participant.Events).SelectMany(types => types))
            _handlers[type] = message => participant.Handle(message);
        return this;
    }

    /// <summary>Answers a command.</summary>
    public SimulatedParticipant Answers<TCommand>(Func<TCommand, Task<IStepMessage>> handle)
        where TCommand : IStepMessage
    {
        _handlers[typeof(TCommand)] = async message => await handle((TCommand)message);
        return this;
    }

    /// <summary>Handles an event.</summary>
    public SimulatedParticipant Hears<TEvent>(Func<TEvent, Task> handle)
        where TEvent : ISagaMessage => Hears(typeof(TEvent), message => handle((TEvent)message));

    /// <summary>Handles an event.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="handle">Handles the event.</param>
    internal SimulatedParticipant Hears(Type type, Func<ISagaMessage, Task> handle)
    {
        _handlers[type] = async message =>
        {
            await handle(message);
            return null;
        };
        return this;
    }

    /// <summary>Receives from a queue.</summary>
    /// <param name="process">Its process.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="saysMore">Whether it is of the next version, whose outcomes have one more field.</param>
    internal void Receive(Process process, string queue, bool saysMore) => process.Handle(queue, async delivery =>
    {
        if (!_handlers.TryGetValue(delivery.Message.Type, out var handle))
            throw world.Defect.UnknownType(delivery.Message.Type);
        var message = delivery.Message.Read();
        if (!await LockedRows.IsFree(process, () => world.Locks.Has(queue, message.SagaId), LockedRows.Patience, world.Defect))
            throw new DeferredMessageException("a row is locked");
        if (await handle(message) is not { } outcome)
            return;
        await process.Point(Fault.CrashBeforePublish);
        var id = Outcomes.MessageId((IStepMessage)message, outcome, delivery.Message.Id);
        var answer = Message.Of(id, outcome, delivery.Message.Id, mayBeLost: true);
        await process.Send(
            null, world.IsAnsweredWrongly(queue, message.SagaId)
            ? answer.OfNextEpoch(outcome.Epoch) : saysMore ? answer.SayingMore() : answer);
    });
}
