using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using Orchestrator.Contracts;

namespace Orchestrator.Sagas.Engine;

/// <summary>The decision: (definition, state, message, now) gives (state, messages). Pure.</summary>
/// <remarks>The saga repository, the simulator and the replayer all decide by this.</remarks>
public static class Decider
{
    /// <summary>What a message changes in a saga.</summary>
    /// <param name="definition">The saga's table.</param>
    /// <param name="state">The instance; absent when the message is to start it.</param>
    /// <param name="message">One of the definition's <see cref="StepSaga{TData}.Messages"/>.</param>
    /// <param name="now">When the transition happens, in UTC.</param>
    /// <exception cref="RejectedMessageException">The message can't be accepted: it goes to the dead letters.</exception>
    public static Decision<TData> Decide<TData>(
        StepSaga<TData> definition, SagaState<TData>? state, ISagaMessage message, DateTimeOffset now)
        where TData : SagaData
    {
        var role = definition.Roles.GetValueOrDefault(message.GetType())
            ?? throw new RejectedMessageException($"{message.GetType().Name} means nothing to saga {definition.Kind}");
        return state is null ? Begin(definition, role, message, now) : Continue(definition, state, role, message, now);
    }

    /// <summary>Where an instance stands, without its data.</summary>
    public static FlowState FlowOf<TData>(StepSaga<TData> definition, SagaState<TData> state)
        where TData : SagaData =>
        new(state.Lifecycle, [.. definition.Table.Steps.Select(step => state.Data.Steps.GetValueOrDefault(step.Name)?.Status ?? StepStatus.Pending)]);

    /// <summary>Whether the outcome of a command that was sent earlier is still awaited.</summary>
    public static bool IsAwaited(SagaData data, string step, int attempt, bool isUndo) =>
        data.Steps.GetValueOrDefault(step) is { } record
        && record.Attempts == attempt
        && record.Status == (isUndo ? StepStatus.Undoing : StepStatus.Sent);

    static Decision<TData> Begin<TData>(
        StepSaga<TData> definition, MessageRole<TData> role, ISagaMessage message, DateTimeOffset now)
        where TData : SagaData
    {
        if (role.Signal is not null)
            throw new RejectedMessageException($"{role.Message.Name} is for {definition.Kind} {message.SagaId}, which does not exist");
        if (definition.Violation(message) is { } violation)
            throw new RejectedMessageException($"{role.Message.Name} for {message.SagaId} is not acceptable: {violation}");

        var data = role.Learn(null!, message);
        return Compose(definition, new SagaState<TData>(message.SagaId, 0, Lifecycle.Running, data), Flow.Start(definition.Table), now);
    }

    static Decision<TData> Continue<TData>(
        StepSaga<TData> definition, SagaState<TData> state, MessageRole<TData> role, ISagaMessage message, DateTimeOffset now)
        where TData : SagaData
    {
        var before = FlowOf(definition, state);
        var stay = new Flow.Move(before, [], []);
        if (role.Signal is not { } signal || EpochOf(definition, state, role.Step) != ((IStepMessage)message).Epoch)
            return Compose(definition, state, stay, now);

        var move = Flow.Apply(definition.Table, before, role.Step, signal);
        if (move.State.Steps[role.Step] == before.Steps[role.Step])
            return Compose(definition, state, stay, now);

        var name = definition.Table.Steps[role.Step].Name;
        var data = role.Learn(state.Data, message);
        data = data with
        {
            Steps = data.Steps.SetItem(name, data.Steps[name] with { Status = move.State.Steps[role.Step], At = now, Outcome = role.Message.Name }),
        };
        return Compose(definition, state with { Data = data }, move, now);
    }

    static int EpochOf<TData>(StepSaga<TData> definition, SagaState<TData> state, int step)
        where TData : SagaData => state.Data.Steps.GetValueOrDefault(definition.Table.Steps[step].Name)?.Epoch ?? 0;

    static Decision<TData> Compose<TData>(StepSaga<TData> definition, SagaState<TData> state, Flow.Move move, DateTimeOffset now)
        where TData : SagaData
    {
        var seq = state.Version + 1;
        var steps = state.Data.Steps;
        var outgoing = ImmutableArray.CreateBuilder<Outgoing>();

        foreach (var index in move.Do)
        {
            var step = definition.AllSteps[index];
            var record = new StepRecord(StepStatus.Sent, 1, steps.GetValueOrDefault(step.Name)?.Epoch ?? 1, now);
            steps = steps.SetItem(step.Name, record);
            outgoing.Add(Command(step.Compose(state.Data, record.Epoch), step.Name, isUndo: false));
        }

        foreach (var index in move.Undo)
        {
            var step = definition.AllSteps[index];
            var record = steps[step.Name] with { Status = StepStatus.Undoing, Attempts = 1, At = now, Outcome = null };
            steps = steps.SetItem(step.Name, record);
            outgoing.Add(Command(step.ComposeUndo!(state.Data, record.Epoch), step.Name, isUndo: true));
        }

        var next = new SagaState<TData>(state.Id, seq, move.State.Lifecycle, state.Data with { Steps = steps });
        if (state.Lifecycle != next.Lifecycle)
        {
            if (next.Lifecycle == Lifecycle.Completed)
                outgoing.Add(Event(definition.Completion(next.Data)));
            if (next.Lifecycle == Lifecycle.Cancelled)
                outgoing.Add(Event(definition.Cancellation(next.Data, next.Data.Refused!)));
        }

        return new Decision<TData>(next, move.State, outgoing.ToImmutable());

        Outgoing Command(IStepMessage message, string step, bool isUndo) =>
            new(Id(), message, message.GetType().GetCustomAttribute<SentToAttribute>()!.Queue, step, 1, isUndo);

        Outgoing Event(ISagaMessage message) => new(Id(), message, null, null, 0, false);

        Guid Id() => DerivedId.From(definition.Kind, state.Id.ToString(), Text(seq), Text(outgoing.Count));
    }

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
