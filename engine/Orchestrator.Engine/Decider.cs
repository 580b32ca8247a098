using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;

namespace Orchestrator.Engine;

/// <summary>The decision: (definition, state, message, circumstances) gives (state, messages). Pure.</summary>
public static class Decider
{
    /// <summary>What a message changes in a saga.</summary>
    /// <param name="definition">The saga's table.</param>
    /// <param name="state">The saga; absent when it does not exist yet.</param>
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

        var decision = new DecisionBuilder<TData>(definition, state, FlowOf(definition, state), circumstances);
        if (role.Signal is { } signal)
            decision.Hear(role.Step, isUndo: signal is Signal.Undone or Signal.UndoRefused);
        switch (message)
        {
            case DeadlineReached:
                return decision.Finish(isNothing: !Deadlines.Act(decision, circumstances.Now));
            case IOperatorCommand command:
                OperatorCommands.Carry(definition, decision, state, command, circumstances.Now);
                break;
            case ICancellation cancellation when role == definition.Cancel:
                Cancel(definition, decision, cancellation);
                break;
            case IStepInquiry unknown when role.Signal is null:
                Deadlines.Unknown(decision, unknown);
                break;
            case var _ when role == definition.Start:
                StartAgain(definition, decision, role, message, circumstances);
                break;
            default:
                Outcome(decision, role, message);
                break;
        }

        return decision.Finish();
    }

    /// <summary>The state of a saga without its data.</summary>
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
            var decision = Fresh(definition, data, message, Flow.Begin(definition.Table), circumstances);
            if (definition.HasUniqueKey && circumstances.KeyHolder is { } holder && holder != message.SagaId)
                RefuseKey(definition, decision, role, holder);
            else
                decision.Make(Flow.Start(definition.Table));
            return decision.Finish();
        }

        if (role == definition.Cancel)
        {
            var data = definition.CancelledInAdvance(message);
            var decision = Fresh(definition, data, message, Flow.Begin(definition.Table), circumstances);
            decision.Make(Flow.TurnBack(definition.Table, decision.Flow), refusal: ReasonOf((ICancellation)message));
            decision.Remark("it had not started yet");
            return decision.Finish();
        }

        throw NotThere(definition, role, message.SagaId);
    }

    /// <summary>The answer to a message whose saga does not exist.</summary>
    /// <param name="definition">The saga's table.</param>
    /// <param name="message">The message.</param>
    /// <param name="messageId">Its id.</param>
    /// <param name="sentAt">When it was sent, if that is known.</param>
    /// <param name="now">The time, by the clock of the store.</param>
    /// <returns>The answer to an operator's command; absent for other messages.</returns>
    /// <exception cref="RejectedMessageException">The message has waited for its saga longer than the saga would wait for it.</exception>
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
            && definition.AllSteps[step].Timing.Limit * definition.Pace is var limit && now - sentAt > limit
            ? throw new RejectedMessageException(
                $"{name} is for {definition.Kind} {message.SagaId}, which did not start within {limit}")
            : null;
    }

    static Exception NotThere<TData>(StepSaga<TData> definition, MessageRole<TData> role, Guid sagaId)
        where TData : SagaData
    {
        var reason = $"{role.Message.Name} is for {definition.Kind} {sagaId}, which does not exist";
        // An event from outside may overtake the message that starts the saga, because that message waits in another queue.
        return role.Step >= 0 && definition.AllSteps[role.Step].Kind == StepKind.External
            ? new DeferredMessageException($"{reason} yet")
            : new RejectedMessageException(reason);
    }

    static DecisionBuilder<TData> Fresh<TData>(
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

    // The starting message came to a saga that exists: it was cancelled in advance, or an earlier message started it.
    static void StartAgain<TData>(
        StepSaga<TData> definition, DecisionBuilder<TData> decision, MessageRole<TData> role, ISagaMessage message,
        Circumstances circumstances)
        where TData : SagaData
    {
        if (decision.Data.StartedAt is not null)
        {
            if (StartDigest.Differ(decision.Data.StartedWith, StartDigest.Of(definition.Version, message)))
                Conflict(definition, decision, role, message);
            else
                decision.Remark($"{role.Message.Name} came again; the saga had started already");
            return;
        }

        var known = decision.Data;
        decision.Learn(_ => Started(definition, role, message, circumstances) with
        {
            Steps = known.Steps,
            Refused = known.Refused,
            IsAnnounced = known.IsAnnounced,
            Limit = null,
        });
        decision.Remark("the saga was cancelled before this message came");
        decision.Publish(definition.Cancellation(decision.Data, decision.Data.Refused!));
    }

    // Two different starting messages have one saga id. The first saga goes on, and the sender of the second message must be told.
    static void Conflict<TData>(StepSaga<TData> definition, DecisionBuilder<TData> decision, MessageRole<TData> role, ISagaMessage message)
        where TData : SagaData
    {
        var reason =
            $"{role.Message.Name} came with another content under the id of {definition.Kind} {message.SagaId}, which started before; "
            + $"give each its own id";
        if (definition.Conflict is null)
            throw new RejectedMessageException(reason);
        decision.Remark($"refused: {reason}");
        decision.Publish(definition.Conflict(decision.Data, reason));
    }

    // Two sagas would have one business key. The second ends before any of its steps is sent.
    static void RefuseKey<TData>(StepSaga<TData> definition, DecisionBuilder<TData> decision, MessageRole<TData> role, Guid holder)
        where TData : SagaData
    {
        var reason = $"{definition.Kind} {holder} has the business key {definition.BusinessKeyOf(decision.Data)}; give each its own";
        decision.Make(Flow.TurnBack(definition.Table, decision.Flow), refusal: new Refusal(role.Message.Name, reason));
        decision.Remark($"refused: {reason}");
        if (definition.Conflict is { } conflict)
            decision.Publish(conflict(decision.Data, reason));
    }

    static void Cancel<TData>(StepSaga<TData> definition, DecisionBuilder<TData> decision, ICancellation cancellation)
        where TData : SagaData
    {
        var flow = decision.Flow;
        if (Flow.CanTurnBack(definition.Table, flow))
        {
            decision.Make(Flow.TurnBack(definition.Table, flow), refusal: ReasonOf(cancellation));
        }
        else if (flow.IsTurned)
        {
            decision.Remark("it had turned back already");
            if (flow.IsEnded)
                decision.Publish(definition.Cancellation(decision.Data, decision.Data.Refused!));
        }
        else
        {
            var reason = OperatorCommands.WhyNotBack(definition.Table, flow);
            decision.Remark($"refused: {reason}");
            decision.Publish(definition.CancellationRefusal(decision.Data, reason));
        }
    }

    static Refusal ReasonOf(ICancellation cancellation) =>
        new(cancellation.GetType().Name, $"{cancellation.RequestedBy}: {cancellation.Reason}");

    static void Outcome<TData>(DecisionBuilder<TData> decision, MessageRole<TData> role, ISagaMessage message)
        where TData : SagaData
    {
        if (MissingValue.In(message) is { } missing)
            throw new RejectedMessageException($"{role.Message.Name} for {message.SagaId} is not acceptable: {missing} is missing");
        var (step, flow, signal) = (role.Step, decision.Flow, role.Signal!.Value);
        var name = decision.NameOf(step);
        var isLateSuccess = signal == Signal.Completed && flow.Steps[step] == StepStatus.Undone;
        if (message is IStepMessage { Epoch: var epoch } && (decision.Data.Steps.GetValueOrDefault(name)?.Epoch ?? 0) is var known
            && epoch != known
            && !(isLateSuccess && epoch < known))
        {
            decision.CameInstead(step, $"{role.Message.Name} came for epoch {epoch} of {name}, which is at epoch {known}");
            return;
        }

        var contradiction = signal == Signal.Completed && flow.IsAwaited(step) ? decision.ContradictionOf(step, message) : null;
        if (contradiction is not null)
            signal = Signal.Contradicted;
        var change = Flow.Apply(decision.Table, flow, step, signal);
        if (change.State.Steps[step] == flow.Steps[step] && change.State.Stuck == flow.Stuck)
        {
            decision.Remark($"changed nothing: {name} is {flow.Steps[step]}");
            return;
        }

        if (contradiction is not null)
        {
            decision.Remark(contradiction);
            decision.Make(change, role.Message.Name, problem: contradiction);
            return;
        }

        if (flow.Steps[step] == StepStatus.Refused)
            decision.Remark($"came late: {name} was refused");
        if (isLateSuccess)
            decision.Remark($"came late: {name} was undone; it is undone again");
        decision.Learn(data => role.Learn(data, message));
        var reason = role.ReasonOf(message);
        decision.Make(
            change, role.Message.Name, new Refusal(name, reason ?? ""),
            signal is Signal.UndoRefused or Signal.Refused
            ? $"{decision.AttemptOf(step)} was refused: {reason}" : $"{name} succeeded after it had been refused");
    }
}
