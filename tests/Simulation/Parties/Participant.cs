using Orchestrator.Contracts;
using Orchestrator.Tests.Simulation.Engine;

namespace Orchestrator.Tests.Simulation.Parties;

/// <summary>What a participant does with the messages of a queue.</summary>
sealed class Participant(RowLocks locks, Defect defect)
{
    readonly Dictionary<Type, Func<ISagaMessage, Task<IStepMessage?>>> _handlers = [];

    /// <summary>Answers a command.</summary>
    public Participant Answers<TCommand>(Func<TCommand, Task<IStepMessage>> handle)
        where TCommand : IStepMessage
    {
        _handlers[typeof(TCommand)] = async message => await handle((TCommand)message);
        return this;
    }

    /// <summary>Hears of an event.</summary>
    public Participant Hears<TEvent>(Func<TEvent, Task> handle)
        where TEvent : ISagaMessage
    {
        _handlers[typeof(TEvent)] = async message =>
        {
            await handle((TEvent)message);
            return null;
        };
        return this;
    }

    /// <summary>Receives from a queue.</summary>
    public void Receive(Process process, string queue) => process.Handle(queue, async delivery =>
    {
        var message = delivery.Message.Read();
        if (!await LockedRows.IsFree(process, () => locks.Has(queue, message.SagaId), LockedRows.Patience, defect))
            throw new DeferredMessageException("a row is locked");
        if (await _handlers[message.GetType()](message) is not { } outcome)
            return;
        await process.Point(Fault.CrashBeforePublish);
        var id = ServiceDefaults.Answers.MessageId((IStepMessage)message, outcome, delivery.Message.Id);
        await process.Send(null, Message.Of(id, outcome, delivery.Message.Id, mayBeLost: true));
    });
}
