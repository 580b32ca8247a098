using System.Collections.Concurrent;
using System.Collections.Immutable;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Engine;

namespace Orchestrator.Simulation.Parties;

/// <summary>Deliberate mistakes in the decision.</summary>
public sealed partial class Defect
{
    // After so many doublings a pause that begins with ten minutes is too long for a TimeSpan.
    const int MostDoublings = 32;

    static readonly ConcurrentDictionary<object, HashSet<string>> States = new();

    /// <summary>The circumstances for the decision. With a mistake a part of them is missing.</summary>
    internal Circumstances Of<TData>(Circumstances circumstances, StepSaga<TData> definition)
        where TData : SagaData => Is(ForgetTheUndosOfASilentStep)
        ? circumstances with
        {
            Silent = circumstances.Silent.Where(one => definition.Table.Steps.All(step => step.Undo != one.Key))
            .ToDictionary()
        }
        : circumstances;

    /// <summary>The decision. With a mistake it is wrong.</summary>
    /// <param name="definition">The saga's table.</param>
    /// <param name="state">The saga; null before its first message.</param>
    /// <param name="message">The message that came.</param>
    /// <param name="circumstances">The circumstances of the decision.</param>
    /// <param name="deadline">The saga's deadline.</param>
    /// <param name="misread">Changes a message as the saga's own mistake reads it. Without a mistake it returns the message itself.</param>
    internal Decision<TData> Decide<TData>(
        StepSaga<TData> definition, SagaState<TData>? state, ISagaMessage message, Circumstances circumstances, DateTimeOffset? deadline,
        Func<TData, ISagaMessage, ISagaMessage> misread)
        where TData : SagaData
    {
        if (Is(TakeAStaleDeadline) && message is DeadlineReached late && deadline > late.Deadline)
            circumstances = circumstances with { Now = deadline.Value };
        if (state is null)
            return After(definition, state, message, Begin(definition, message, circumstances), deadline);

        if (Is(StrandRegroupedSagas) && !StatesOf(definition).Contains(Decider.FlowOf(definition, state).Name(definition.Table)))
            throw new InvalidOperationException($"the table of version {definition.Version} has no such state");
        if (Is(OverflowThePause) && message is DeadlineReached
            && state.Data.Steps.Values.Any(step => step.Attempts - step.Forgiven >= MostDoublings))
            throw new OverflowException("the pause is too long");
        if (Is(CancelAfterThePivot) && message is ICancellation && definition.Table.Pivot is { } pivot)
            state = Without(state, step => step == definition.Table.Steps[pivot].Name);
        message = misread(state.Data, message);
        if (Is(TakeDoneForUndone) && message is ResolveStep resolve
            && state.Data.Steps.GetValueOrDefault(resolve.Step)?.Status == StepStatus.Undoing)
            message = resolve with { As = StepResolution.Undone };

        var decision = Decider.Decide(definition, state, message, circumstances);
        if (Is(CompensateOnlyKnownSuccesses) && state is { Data.Refused: null } && decision.State.Data.Refused is not null)
        {
            var known = Without(state, step => decision.Outgoing.Any(sent => sent.IsUndo && sent.Step == step)
                && state.Data.Steps[step].Status is StepStatus.Sent or StepStatus.Uncertain);
            decision = Decider.Decide(definition, known, message, circumstances);
        }

        return After(definition, state, message, decision, deadline);
    }

    Decision<TData> Begin<TData>(StepSaga<TData> definition, ISagaMessage message, Circumstances circumstances)
        where TData : SagaData
    {
        try
        {
            return Decider.Decide(definition, null, message, circumstances);
        }
        catch (DeferredMessageException e) when (Is(SetAsideAnEarlyEvent))
        {
            throw new RejectedMessageException(e.Message);
        }
    }

    Decision<TData> After<TData>(
        StepSaga<TData> definition, SagaState<TData>? before, ISagaMessage message, Decision<TData> decision, DateTimeOffset? deadline)
        where TData : SagaData
    {
        var data = decision.State.Data;
        if (Is(ResetTheAttempts))
            data = WithSteps(data, step => step with { Forgiven = step.Attempts });
        if (Is(ForgetWhatCameInstead))
            data = WithSteps(data, step => step with { Instead = null });
        if (Is(SuspendWithoutAReason) && data.Suspended is { } suspended)
            data = data with { Suspended = suspended with { Reason = "" } };
        decision = decision with
        {
            State = decision.State with { Data = data },
            Outgoing = [.. decision.Outgoing.Where(sent => !Is(ForgetTheEnd) || sent.Queue is not null)],
            Deadline = Is(ForgetTheDeadline) ? decision.Deadline + TimeSpan.FromDays(100) : decision.Deadline,
        };
        if (before is null)
            return decision;

        if (Is(ForgetTheConflict) && definition.Starts(message.GetType()) && before.Data.StartedAt is not null)
            return decision with { Outgoing = [] };
        if (Is(ForgetToAwaitALateUndo)
            && before.Data.Steps.Any(step => step.Value.Status == StepStatus.Undone && data.Steps[step.Key].Status == StepStatus.Undoing))
            return decision with
            {
                State = before with { Version = before.Version + 1 },
                Flow = Decider.FlowOf(definition, before),
                Deadline = deadline
            };
        var isLimitOld = (
            Is(LetTheLimitRunWhileHeld) && message is IStepMessage && before.Data.HeldSince is not null && data.HeldSince is null)
            || (Is(ResumeWithoutANewLimit) && message is ResumeSaga);
        return isLimitOld && before.Data.Limit is { } limit
            ? decision with
            {
                State = decision.State with { Data = data with { Limit = limit } },
                Deadline = limit < decision.Deadline ? limit : decision.Deadline,
            }
            : decision;
    }

    static TData WithSteps<TData>(TData data, Func<StepRecord, StepRecord> change)
        where TData : SagaData =>
        data with { Steps = data.Steps.ToImmutableSortedDictionary(step => step.Key, step => change(step.Value), StringComparer.Ordinal) };

    static SagaState<TData> Without<TData>(SagaState<TData> state, Func<string, bool> step)
        where TData : SagaData =>
            state with { Data = state.Data with { Steps = state.Data.Steps.RemoveRange(state.Data.Steps.Keys.Where(step)) } };

    static HashSet<string> StatesOf<TData>(StepSaga<TData> definition)
        where TData : SagaData => States.GetOrAdd(definition.GetType(), _ => [.. StateSpace.Explore(definition).Select(edge => edge.To)]);
}
