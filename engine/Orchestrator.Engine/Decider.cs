using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;

namespace Orchestrator.Engine;

/// <summary>The decision: (definition, state, message, circumstances) gives (state, messages). Pure.</summary>
public static class Decider
{
    /// <summary>What a message changes in a saga.</summary>
    /// <param name="definition">The saga's table.</param>
    /// <param name="state">The instance; absent when the message is to start it.</param>
    /// <param name="message">One of the definition's <see cref="StepSaga{TData}.Messages"/>.</param>
    /// <param name="circumstances">When the transition happens, and what operators and the breaker hold.</param>
    /// <exception cref="RejectedMessageException">The message can't be accepted: it goes to the dead letters.</exception>
    public static Decision<TData> Decide<TData>(
        StepSaga<TData> definition, SagaState<TData>? state, ISagaMessage message, Circumstances circumstances)
        where TData : SagaData
    {
        var role = definition.Roles.GetValueOrDefault(message.GetType())
            ?? throw new RejectedMessageException($"{message.GetType().Name} means nothing to saga {definition.Kind}");
        if (state is null)
            return Begin(definition, role, message, circumstances);

        var transition = new Transition<TData>(definition, state, FlowOf(definition, state), circumstances);
        if (role.Signal is { } signal)
            transition.Hear(role.Step, isUndo: signal is Signal.Undone or Signal.UndoRefused);
        switch (message)
        {
            case DeadlineReached:
                return transition.Finish(isNothing: !Deadlines.Act(transition, circumstances.Now));
            case IOperatorCommand command:
                OperatorCommands.Carry(definition, transition, state, command, circumstances.Now);
                break;
            case ICancellation cancellation when role == definition.Cancel:
                Cancel(definition, transition, cancellation);
                break;
            case IStepInquiry unknown when role.Signal is null:
                Deadlines.Unknown(transition, unknown);
                break;
            case var _ when role == definition.Start:
                StartAgain(definition, transition, role, message, circumstances);
                break;
            default:
                Outcome(transition, role, message);
                break;
        }

        return transition.Finish();
    }

    /// <summary>Where an instance stands, without its data.</summary>
    public static FlowState FlowOf<TData>(StepSaga<TData> definition, SagaState<TData> state)
        where TData : SagaData
    {
        var steps = definition.Table.Steps;
        var flow = new FlowState(
            state.Lifecycle,
            [.. steps.Select(step => state.Data.Steps.GetValueOrDefault(step.Name)?.Status ?? StepStatus.Pending)],
            IsTurned: state.Data.Refused is not null);
        for (var i = 0; i < steps.Length; i++)
        {
            if (state.Data.Steps.GetValueOrDefault(steps[i].Name)?.Waiting == Waiting.Operator)
                flow = flow.WithStuck(i);
        }

        return flow;
    }

    /// <summary>Whether the outcome of a command that was sent earlier is still awaited.</summary>
    public static bool IsAwaited(SagaData data, string step, int attempt, bool isUndo) =>
        data.Steps.GetValueOrDefault(step) is { } record
        && record.Attempts == attempt
        && (isUndo ? record.Status == StepStatus.Undoing : record.Status is StepStatus.Sent or StepStatus.Uncertain)
        && record.Waiting is Waiting.Answer or Waiting.Status;

    static Decision<TData> Begin<TData>(
        StepSaga<TData> definition, MessageRole<TData> role, ISagaMessage message, Circumstances circumstances)
        where TData : SagaData
    {
        if (role == definition.Start)
        {
            var data = Started(definition, role, message, circumstances);
            var transition = Fresh(definition, data, message, Flow.Begin(definition.Table), circumstances);
            if (definition.HasUniqueKey && circumstances.KeyHolder is { } holder && holder != message.SagaId)
                RefuseKey(definition, transition, role, holder);
            else
                transition.Make(Flow.Start(definition.Table));
            return transition.Finish();
        }

        if (role == definition.Cancel)
        {
            var data = definition.CancelledInAdvance(message);
            var transition = Fresh(definition, data, message, Flow.Begin(definition.Table), circumstances);
            transition.Make(Flow.TurnBack(definition.Table, transition.Flow), turn: ReasonOf((ICancellation)message));
            transition.Remark("it had not started yet");
            return transition.Finish();
        }

        throw NotThere(definition, role, message.SagaId);
    }

    /// <summary>What a message is answered whose saga does not exist.</summary>
    /// <param name="definition">The saga's table.</param>
    /// <param name="message">The message.</param>
    /// <param name="messageId">Its id.</param>
    /// <param name="sentAt">When it was sent, if that is known.</param>
    /// <param name="now">The time, by the clock of the store.</param>
    /// <returns>The answer to an operator; absent when it is no operator's command, and may begin a saga.</returns>
    /// <exception cref="RejectedMessageException">It has waited for its saga for as long as the saga would have waited for it.</exception>
    public static Outgoing? AnswerWithoutSaga<TData>(
        StepSaga<TData> definition, ISagaMessage message, Guid messageId, DateTimeOffset? sentAt, DateTimeOffset now)
        where TData : SagaData
    {
        var name = message.GetType().Name;
        if (message is IOperatorCommand)
        {
            return new Outgoing(
                DerivedId.From(definition.Kind, message.SagaId.ToString(), messageId.ToString()),
                new OperatorCommandRefused(message.SagaId, name, $"there is no {definition.Kind} {message.SagaId}"), null, null, 0, false);
        }

        return definition.Roles.GetValueOrDefault(message.GetType()) is { Step: >= 0 and var step }
            && definition.AllSteps[step].Timing.Limit is var limit && now - sentAt > limit
            ? throw new RejectedMessageException($"{name} is for {definition.Kind} {message.SagaId}, which has not come into being within {limit}")
            : null;
    }

    static Exception NotThere<TData>(StepSaga<TData> definition, MessageRole<TData> role, Guid sagaId)
        where TData : SagaData
    {
        var reason = $"{role.Message.Name} is for {definition.Kind} {sagaId}, which does not exist";
        // What happens outside may overtake the message that starts the saga, which waits in a queue of its own.
        return role.Step >= 0 && definition.AllSteps[role.Step].Kind == StepKind.External
            ? new DeferredMessageException($"{reason} yet")
            : new RejectedMessageException(reason);
    }

    static Transition<TData> Fresh<TData>(
        StepSaga<TData> definition, TData data, ISagaMessage message, FlowState flow, Circumstances circumstances)
        where TData : SagaData => new(definition, new SagaState<TData>(message.SagaId, 0, Lifecycle.Running, data), flow, circumstances);

    static TData Started<TData>(StepSaga<TData> definition, MessageRole<TData> role, ISagaMessage message, Circumstances circumstances)
        where TData : SagaData
    {
        if (definition.Violation(message) is { } violation)
            throw new RejectedMessageException($"{role.Message.Name} for {message.SagaId} is not acceptable: {violation}");
        return role.Learn(null!, message) with
        {
            StartedAt = circumstances.Now,
            StartedWith = StartDigest.Of(definition.Version, message),
            Limit = definition.TimeLimit is { } limit ? circumstances.Now + limit * definition.Pace : null,
        };
    }

    // The message that starts it comes to an instance that is there: cancelled in advance, or started by another one before.
    static void StartAgain<TData>(
        StepSaga<TData> definition, Transition<TData> transition, MessageRole<TData> role, ISagaMessage message, Circumstances circumstances)
        where TData : SagaData
    {
        if (transition.Data.StartedAt is not null)
        {
            if (StartDigest.Differ(transition.Data.StartedWith, StartDigest.Of(definition.Version, message)))
                Conflict(definition, transition, role, message);
            else
                transition.Remark($"{role.Message.Name} came again; it had started");
            return;
        }

        var known = transition.Data;
        transition.Learn(_ => Started(definition, role, message, circumstances) with
        {
            Steps = known.Steps,
            Refused = known.Refused,
            IsAnnounced = known.IsAnnounced,
            Limit = null,
        });
        transition.Remark("it had been cancelled before it came");
        transition.Publish(definition.Cancellation(transition.Data, transition.Data.Refused!));
    }

    // Somebody gave two things one id: the first goes on, and whoever sent the second must learn of it.
    static void Conflict<TData>(StepSaga<TData> definition, Transition<TData> transition, MessageRole<TData> role, ISagaMessage message)
        where TData : SagaData
    {
        var reason = $"{role.Message.Name} came with another content under the id of {definition.Kind} {message.SagaId}, which started before; give each its own id";
        if (definition.Conflict is null)
            throw new RejectedMessageException(reason);
        transition.Remark($"refused: {reason}");
        transition.Publish(definition.Conflict(transition.Data, reason));
    }

    // Somebody gave two things one business key: the second ends before anything is done for it.
    static void RefuseKey<TData>(StepSaga<TData> definition, Transition<TData> transition, MessageRole<TData> role, Guid holder)
        where TData : SagaData
    {
        var reason = $"{definition.Kind} {holder} has the business key {definition.BusinessKeyOf(transition.Data)}; give each its own";
        transition.Make(Flow.TurnBack(definition.Table, transition.Flow), turn: new Refusal(role.Message.Name, reason));
        transition.Remark($"refused: {reason}");
        if (definition.Conflict is { } conflict)
            transition.Publish(conflict(transition.Data, reason));
    }

    static void Cancel<TData>(StepSaga<TData> definition, Transition<TData> transition, ICancellation cancellation)
        where TData : SagaData
    {
        var flow = transition.Flow;
        if (Flow.CanTurnBack(definition.Table, flow))
        {
            transition.Make(Flow.TurnBack(definition.Table, flow), turn: ReasonOf(cancellation));
        }
        else if (flow.IsTurned)
        {
            transition.Remark("it had turned back already");
            if (flow.IsEnded)
                transition.Publish(definition.Cancellation(transition.Data, transition.Data.Refused!));
        }
        else
        {
            var reason = OperatorCommands.WhyNotBack(definition.Table, flow);
            transition.Remark($"refused: {reason}");
            transition.Publish(definition.CancellationRefusal(transition.Data, reason));
        }
    }

    static Refusal ReasonOf(ICancellation cancellation) => new(cancellation.GetType().Name, $"{cancellation.RequestedBy}: {cancellation.Reason}");

    static void Outcome<TData>(Transition<TData> transition, MessageRole<TData> role, ISagaMessage message)
        where TData : SagaData
    {
        if (MissingValue.In(message) is { } missing)
            throw new RejectedMessageException($"{role.Message.Name} for {message.SagaId} is not acceptable: {missing} is missing");
        var (step, flow, signal) = (role.Step, transition.Flow, role.Signal!.Value);
        var name = transition.NameOf(step);
        var isLateSuccess = signal == Signal.Completed && flow.Steps[step] == StepStatus.Undone;
        if (message is IStepMessage { Epoch: var epoch } && (transition.Data.Steps.GetValueOrDefault(name)?.Epoch ?? 0) is var known && epoch != known
            && !(isLateSuccess && epoch < known))
        {
            transition.CameInstead(step, $"{role.Message.Name} came for epoch {epoch} of {name}, which is at epoch {known}");
            return;
        }

        var contradiction = signal == Signal.Completed && flow.IsAwaited(step) ? transition.ContradictionOf(step, message) : null;
        if (contradiction is not null)
            signal = Signal.Contradicted;
        var move = Flow.Apply(transition.Table, flow, step, signal);
        if (move.State.Steps[step] == flow.Steps[step] && move.State.Stuck == flow.Stuck)
        {
            transition.Remark($"changed nothing: {name} is {flow.Steps[step]}");
            return;
        }

        if (contradiction is not null)
        {
            transition.Remark(contradiction);
            transition.Make(move, role.Message.Name, problem: contradiction);
            return;
        }

        if (flow.Steps[step] == StepStatus.Refused)
            transition.Remark($"came late: {name} was refused");
        if (isLateSuccess)
            transition.Remark($"came late: {name} was undone, and is once more");
        transition.Learn(data => role.Learn(data, message));
        var reason = role.ReasonOf(message);
        transition.Make(
            move, role.Message.Name, new Refusal(name, reason ?? ""),
            signal is Signal.UndoRefused or Signal.Refused ? $"{transition.AttemptOf(step)} was refused: {reason}" : $"{name} succeeded after it had been refused");
    }
}
