using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Engine;
using Orchestrator.Journal;
using Orchestrator.Simulation.Parties;
using Orchestrator.Simulation.Worlds;

namespace Orchestrator.Simulation.Scenarios;

/// <summary>Messages that should not come: other submissions with a known id, events that come too early, and forged messages.</summary>
/// <param name="world">The world of the run.</param>
/// <param name="worker">The saga's host.</param>
/// <param name="storm">How long faults strike.</param>
sealed class Strays<TData>(World world, Worker<TData> worker, TimeSpan storm)
    where TData : SagaData
{
    const string Nobody = "mallory";

    /// <summary>Sends another submission with the same id.</summary>
    /// <param name="at">When the first one comes.</param>
    /// <param name="another">The other submission.</param>
    /// <param name="taken">The message id that an outcome of the saga will have.</param>
    public void Conflict(TimeSpan at, ISagaMessage another, Guid taken)
    {
        if (!world.Faults.Strikes(Fault.Conflict, 30, out var dice))
            return;
        var id = dice.Below(2) == 0 ? taken : DerivedId.From(another.SagaId.ToString(), nameof(Conflict));
        var message = Message.Of(id, another, null, mayBeLost: true);
        world.Loop.After(at + dice.Within(storm / 4), () => world.Network.Insist(worker.QueueOf(another.GetType()), message));
    }

    /// <summary>Sends an event from outside before the saga has started, or soon after.</summary>
    public void Early(TimeSpan at, Message message)
    {
        if (world.Faults.Strikes(Fault.EarlyEvent, 30, out var dice))
            world.Loop.After(at - dice.Within(storm / 4), () => world.Network.Insist(worker.QueueOf(message.Type), message));
    }

    /// <summary>Sends a command from a sender that may only publish an event of a participant.</summary>
    /// <param name="saga">The saga.</param>
    /// <param name="at">When it starts.</param>
    /// <param name="cancellation">The message that cancels it, or null if nothing cancels it.</param>
    public void Forge(Guid saga, TimeSpan at, ISagaMessage? cancellation)
    {
        if (!world.Faults.Strikes(Fault.ForgedMessage, 20, out var dice))
            return;
        var steps = worker.First.Definition.Stages.SelectMany(stage => stage).ToList();
        ISagaMessage command = dice.Below(3) switch
        {
            0 when cancellation is not null => cancellation,
            0 or 1 => new CompensateSaga(saga, null, Nobody, "to see what happens"),
            _ => new ResolveStep(saga, null, steps[^1].Name, StepResolution.Done, "my word", Nobody, "to see what happens"),
        };
        var message = Message.Of(DerivedId.From(saga.ToString(), nameof(Forge)), command, null, mayBeLost: false);
        worker.Forged.Add(message.Id);
        var (by, begin) = (steps[dice.Below(steps.Count)].Completion!, at + dice.Within(storm / 4));
        world.Loop.After(begin, () => world.Network.Forge(SagaQueues.Outcomes(worker.First.Name), by, message));
        for (var times = 1; times <= 2; times++)
            world.Loop.After(begin + times * dice.Within(storm / 4), world.Network.Redrive);
    }
}
