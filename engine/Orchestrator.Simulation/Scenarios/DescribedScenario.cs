using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Engine;
using Orchestrator.Simulation.Worlds;

namespace Orchestrator.Simulation.Scenarios;

/// <summary>A run of a saga that was described in one registration.</summary>
sealed class DescribedScenario<TData>(World world, SimulatedSaga<TData> saga) : Scenario<TData>(world, saga.Versions())
    where TData : SagaData
{
    const string OutsideQueue = "outside";

    private protected override object TablesOf => saga;

    protected override async Task Prepare(MemoryDatabase store)
    {
        foreach (var participant in saga.Participants)
            await participant.Prepare(store);
    }

    protected override void Participants()
    {
        foreach (var participant in saga.Participants)
        {
            if (participant.Make is { } make)
                Host(database => make(database, Defect));
            else
                HostWithoutKit(participant);
        }

        HostOutside();
    }

    protected override ISagaMessage Started(Guid id, int number) => saga.Start!(id, number, World.Dice);

    protected override ISagaMessage? Cancelled(Guid id) => saga.Cancellation is { } cancel ? cancel(id) : base.Cancelled(id);

    protected override ISagaMessage Another(ISagaMessage started) =>
        saga.Resubmission is { } another ? another(started) : base.Another(started);

    protected override Message? Outside(Guid id) => saga.OutsideEvents is [var first, ..] ? first.MessageOf(id) : null;

    protected override IEnumerable<(string Step, StepResolution As)> Known(Guid id) =>
        saga.Books is { } books ? books(Store, id) : base.Known(id);

    protected override IEnumerable<string> Checks() => saga.FinalChecks.SelectMany(check => check(Store));

    // In the simulation the message that starts a saga goes only to the saga. So the events that follow from it are planned here.
    protected override void Begins(ISagaMessage started, TimeSpan at)
    {
        foreach (var outside in saga.OutsideEvents.Where(outside => outside.Cause == started.GetType()))
            World.Loop.After(at, () => Happen(outside, started.SagaId));
    }

    void HostWithoutKit(HostedParticipant participant)
    {
        foreach (var type in participant.Answered.Where(type => !Attribute.IsDefined(type, typeof(SentToAttribute))))
            World.Network.Subscribe(participant.Queue!, type);
        Host(participant.Queue!, participant.Queue!, (_, database) =>
        {
            var answering = Answering();
            participant.Answers!(answering, database);
            return answering;
        });
    }

    void HostOutside()
    {
        var causes = saga.OutsideEvents.ToLookup(outside => outside.Cause);
        if (causes.Count == 0)
            return;
        foreach (var cause in causes)
            World.Network.Subscribe(OutsideQueue, cause.Key);
        Host(OutsideQueue, OutsideQueue, (_, _) =>
            causes.Aggregate(Answering(), (answering, cause) => answering.Hears(cause.Key, happened => Hear(cause, happened.SagaId))));
    }

    Task Hear(IEnumerable<OutsideEvent> events, Guid id)
    {
        foreach (var outside in events)
            Happen(outside, id);
        return Task.CompletedTask;
    }

    void Happen(OutsideEvent outside, Guid id)
    {
        if (outside.After(id) is not { } takes)
            return;
        World.Loop.After(takes, () =>
        {
            if (outside.OnlyIf?.Invoke(Store, id) != false)
                World.Network.Insist(null, outside.MessageOf(id));
        });
    }
}
