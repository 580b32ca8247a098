using Orchestrator.Contracts.Operations;

namespace Orchestrator.Engine;

/// <summary>Decides what an operator's command changes, or why it is refused.</summary>
static class OperatorCommands
{
    static readonly TimeSpan LongestAhead = StepTiming.Longest;

    /// <summary>Carries the command out and answers it.</summary>
    public static void Carry<TData>(
        StepSaga<TData> definition, DecisionBuilder<TData> decision, SagaState<TData> state, IOperatorCommand command, DateTimeOffset now)
        where TData : SagaData
    {
        var name = command.GetType().Name;
        var refusal = Problem(state, command) ?? command switch
        {
            ResumeSaga => Resume(decision),
            CompensateSaga => Compensate(definition, decision, command),
            ResolveStep resolve => Resolve(definition.Table, decision, resolve),
            RetryStep retry => Retry(definition.Table, decision, retry),
            _ => Reschedule(decision, (RescheduleDeadline)command, now),
        };
        decision.Remark(refusal is null ? command.Note : $"refused: {refusal}");
        decision.Publish(refusal is null
            ? new OperatorCommandAccepted(state.Id, name)
            : new OperatorCommandRefused(state.Id, name, refusal));
    }

    /// <summary>Why a saga that has not turned back can't do so any more.</summary>
    public static string WhyNotBack(StepTable table, FlowState flow)
    {
        if (flow.Lifecycle == Lifecycle.Completed)
            return "it is completed";
        var pivot = table.Pivot!.Value;
        var name = table.Steps[pivot].Name;
        return flow.Steps[pivot] == StepStatus.Done
            ? $"{name} is done; from there on it only goes forward"
            : $"{name} has been sent and its outcome is not known yet";
    }

    static string? Problem<TData>(SagaState<TData> state, IOperatorCommand command)
        where TData : SagaData
    {
        if (string.IsNullOrWhiteSpace(command.Actor))
            return "it does not say who gives it (actor)";
        if (string.IsNullOrWhiteSpace(command.Note))
            return "it does not say why (note)";
        return command.Version is { } version && version != state.Version
            ? $"the saga has moved since: it is at version {state.Version}, and the command is for version {version}"
            : null;
    }

    static string? Resume<TData>(DecisionBuilder<TData> decision)
        where TData : SagaData
    {
        var flow = decision.Flow;
        if (flow.Lifecycle != Lifecycle.Suspended)
            return $"it is not suspended but {flow.Name(decision.Table)}";
        if (RefusedAfterPivot(decision) is { } refused)
            return $"{refused} was refused, and the same idempotency key gets the same answer; retry the step or resolve it";
        if (!Flow.CanResume(flow))
            return $"{flow.AwaitedNames(decision.Table)} can't be tried again; resolve the step";
        var change = Flow.Resume(flow);
        foreach (var step in change.Do.Concat(change.Undo))
            decision.Forgive(step);
        decision.Make(change);
        decision.GiveNewLimit();
        return null;
    }

    static string? Compensate<TData>(StepSaga<TData> definition, DecisionBuilder<TData> decision, IOperatorCommand command)
        where TData : SagaData
    {
        var flow = decision.Flow;
        if (flow.IsTurned)
            return flow.IsEnded ? "it is cancelled" : "it has turned back already";
        if (!Flow.CanTurnBack(definition.Table, flow))
        {
            var why = WhyNotBack(definition.Table, flow);
            return flow.IsEnded || flow.Steps[definition.Table.Pivot!.Value] == StepStatus.Done
                ? why : $"{why}; find out and resolve that step";
        }

        decision.Make(
            Flow.TurnBack(definition.Table, flow), refusal: new Refusal(nameof(CompensateSaga), $"{command.Actor}: {command.Note}"));
        return null;
    }

    static string? RefusedAfterPivot<TData>(DecisionBuilder<TData> decision)
        where TData : SagaData =>
        Enumerable.Range(0, decision.Table.Steps.Length).Where(step => Flow.CanRetry(decision.Flow, step)).Select(decision.NameOf)
        .FirstOrDefault();

    static string? Retry<TData>(StepTable table, DecisionBuilder<TData> decision, RetryStep retry)
        where TData : SagaData
    {
        if (string.IsNullOrWhiteSpace(retry.Evidence))
            return "it does not say how it is known that the cause of the refusal is gone (evidence)";
        if (Find(table, retry.Step) is not { } step)
            return WhichSteps(table, retry.Step);
        if (!Flow.CanRetry(decision.Flow, step))
        {
            var status = decision.Flow.Steps[step];
            return $"{retry.Step} is {status}; only a step that was refused after the pivot can be retried"
                + (decision.Flow.IsAwaited(step) && decision.Flow.IsStuck(step)
                    ? ". What was given up without an answer is tried again by resume" : "");
        }

        decision.Remark($"{retry.Step} is tried anew: {retry.Evidence}");
        decision.RaiseEpoch(step);
        decision.Make(Flow.Retry(decision.Flow, step));
        decision.GiveNewLimit();
        return null;
    }

    static int? Find(StepTable table, string name) =>
        Enumerable.Range(0, table.Steps.Length).Where(step => table.Steps[step].Name == name).Select(step => (int?)step).FirstOrDefault();

    static string WhichSteps(StepTable table, string name) =>
        $"there is no step {name}; the steps are {string.Join(", ", table.Steps.Select(known => known.Name))}";

    static string? Resolve<TData>(StepTable table, DecisionBuilder<TData> decision, ResolveStep resolve)
        where TData : SagaData
    {
        if (string.IsNullOrWhiteSpace(resolve.Evidence))
            return "it does not say how that is known (evidence)";
        if (Find(table, resolve.Step) is not { } step)
            return WhichSteps(table, resolve.Step);

        var flow = decision.Flow;
        if (!flow.IsAwaited(step) && !flow.IsStuck(step))
            return $"{resolve.Step} is {flow.Steps[step]}; only a step whose outcome is awaited can be resolved";
        Signal? signal = (resolve.As, flow.Steps[step]) switch
        {
            (StepResolution.Done, StepStatus.Sent or StepStatus.Uncertain) => Signal.Completed,
            (StepResolution.Done, StepStatus.Refused) when Flow.CanRetry(flow, step) => Signal.Completed,
            (StepResolution.Undone, StepStatus.Undoing or StepStatus.Done) => Signal.Undone,
            (StepResolution.Undone, StepStatus.Sent or StepStatus.Uncertain) when IsBackPossible(table, step) => Signal.Refused,
            _ => null,
        };
        if (signal is null)
        {
            return flow.Steps[step] switch
            {
                StepStatus.Undoing => $"the undo of {resolve.Step} is awaited; it can be resolved as undone only",
                StepStatus.Held => $"{resolve.Step} is held and has not been sent; there is nothing to resolve",
                StepStatus.Done => $"{resolve.Step} is done although the saga has turned back; it can be resolved as undone only",
                StepStatus.Refused =>
                    $"{resolve.Step} stands after the pivot, where it only goes forward; retry the step or resolve it as done",
                _ => $"{resolve.Step} stands after the pivot, where it only goes forward; resume the saga or resolve the step as done",
            };
        }

        decision.Remark($"{resolve.Step} {resolve.As}: {resolve.Evidence}");
        decision.Make(
            Flow.Apply(table, flow, step, signal.Value), nameof(ResolveStep),
            new Refusal(resolve.Step, $"{resolve.Actor}: {resolve.Evidence}"));
        return null;
    }

    static bool IsBackPossible(StepTable table, int step) => table.Pivot is not { } pivot || table.StageOf(step) <= table.StageOf(pivot);

    static string? Reschedule<TData>(DecisionBuilder<TData> decision, RescheduleDeadline reschedule, DateTimeOffset now)
        where TData : SagaData
    {
        if (reschedule.At - now > LongestAhead)
            return $"{reschedule.At:u} is more than {LongestAhead.Days} days ahead";
        if (!decision.Flow.Awaited.Any(step => decision.Record(step).Due is not null))
            return $"it has no deadline while it is {decision.Flow.Name(decision.Table)}";
        decision.Reschedule(reschedule.At);
        return null;
    }
}
