using System.Collections.Immutable;

namespace Orchestrator.Engine;

/// <summary>How sagas move: the rules that all tables share. Pure.</summary>
public static class Flow
{
    /// <summary>The first change: the commands of the first stage are sent.</summary>
    public static FlowChange Start(StepTable table) => Advance(table, Begin(table));

    /// <summary>The state before the first change: nothing has been attempted.</summary>
    public static FlowState Begin(StepTable table) => new(Lifecycle.Running, [.. table.Steps.Select(_ => StepStatus.Pending)]);

    /// <summary>What a signal to one step changes. A signal that is late or comes twice changes nothing.</summary>
    public static FlowChange Apply(StepTable table, FlowState state, int step, Signal signal) => (signal, state.Steps[step]) switch
    {
        (Signal.Completed, StepStatus.Held or StepStatus.Sent or StepStatus.Uncertain) when !state.IsTurned =>
            Advance(table, state.Freed(step).With(step, StepStatus.Done)),
        // An event from outside may come before its turn; it must not be lost.
        (Signal.Completed, StepStatus.Pending) when table.Steps[step].Kind == StepKind.External && !state.IsEnded =>
            Stay(state.With(step, StepStatus.Done)),
        // The step was refused after the pivot and waits for an operator. A success settles it.
        (Signal.Completed, StepStatus.Refused) when CanRetry(state, step) => Advance(table, state.Freed(step).With(step, StepStatus.Done)),
        (Signal.Completed, StepStatus.Refused or StepStatus.Undone) when table.Steps[step].Kind != StepKind.External =>
            UndoAfterAll(table, state, step),
        // The command has not been sent yet, but the participant did something all the same.
        (Signal.Contradicted, StepStatus.Held) => Stay(state.With(step, StepStatus.Uncertain).WithStuck(step)),
        (Signal.Contradicted, _) when state.IsAwaited(step) => Stay(state.WithStuck(step)),
        (Signal.Refused, StepStatus.Sent or StepStatus.Uncertain) when table.Steps[step].Kind == StepKind.Retriable =>
            Stay(state.Freed(step).With(step, StepStatus.Refused).WithStuck(step)),
        (Signal.Refused, StepStatus.Sent or StepStatus.Uncertain) when !state.IsTurned =>
            TurnBack(table, state.Freed(step).With(step, StepStatus.Refused)),
        (Signal.Undone, StepStatus.Undoing) =>
            Compensate(table, state.Freed(step).With(step, StepStatus.Undone)),
        // An operator says that a pivot that succeeded after its refusal was put right by hand.
        (Signal.Undone, StepStatus.Done) when state.IsTurned && state.IsStuck(step) =>
            Compensate(table, state.Freed(step).With(step, StepStatus.Refused)),
        (Signal.UndoRefused, StepStatus.Undoing) => Stay(state.WithStuck(step)),
        (Signal.NoAnswer, StepStatus.Sent) when !state.IsTurned => Stay(state.With(step, StepStatus.Uncertain)),
        (Signal.GivenUp, StepStatus.Sent or StepStatus.Uncertain) when !state.IsTurned =>
            IsPivotSent(table, state) ? Stay(state.WithStuck(step)) : TurnBack(table, state),
        (Signal.GivenUp, StepStatus.Undoing) => Stay(state.WithStuck(step)),
        (Signal.Released, StepStatus.Held) => new FlowChange(Live(state.With(step, StepStatus.Sent)), [step], []),
        _ => Stay(state),
    };

    /// <summary>True when the saga may still turn back: it has not ended or turned back, and its pivot has not been sent.</summary>
    public static bool CanTurnBack(StepTable table, FlowState state) => !state.IsEnded && !state.IsTurned && !IsPivotSent(table, state);

    /// <summary>True once the pivot has been sent. From then on only a refusal of the pivot turns the saga back.</summary>
    public static bool IsPivotSent(StepTable table, FlowState state) =>
        table.Pivot is { } pivot && state.Steps[pivot] is not (StepStatus.Pending or StepStatus.Held);

    /// <summary>Turns the saga back: what it attempted is undone.</summary>
    public static FlowChange TurnBack(StepTable table, FlowState state) => Compensate(table, state with
    {
        IsTurned = true,
        // Steps that waited for an operator are undone, so the operator need not decide on them any more.
        Stuck = 0,
        Steps = [.. state.Steps.Select(status => status == StepStatus.Held ? StepStatus.Pending : status)],
    });

    /// <summary>Lets every awaited step wait for an operator.</summary>
    public static FlowChange Suspend(FlowState state) => Stay(state.Awaited.Aggregate(state, (s, step) => s.WithStuck(step)));

    /// <summary>True when every step that waits for an operator can be tried again.</summary>
    public static bool CanResume(FlowState state) =>
        state.Lifecycle == Lifecycle.Suspended && Enumerable.Range(0, state.Steps.Length).Where(state.IsStuck).All(state.IsAwaited);

    /// <summary>Tries the steps again that wait for an operator.</summary>
    public static FlowChange Resume(FlowState state)
    {
        ImmutableArray<int> steps = [.. state.Awaited.Where(state.IsStuck)];
        var free = Live(state with { Stuck = 0 });
        return state.IsTurned ? new FlowChange(free, [], steps) : new FlowChange(free, steps, []);
    }

    /// <summary>
    /// True when the step was refused after the pivot. It waits for an operator, who may try it again under a new idempotency key.
    /// </summary>
    public static bool CanRetry(FlowState state, int step) =>
        !state.IsTurned && state.IsStuck(step) && state.Steps[step] == StepStatus.Refused;

    /// <summary>Tries a step again that was refused after the pivot.</summary>
    public static FlowChange Retry(FlowState state, int step) => new(Live(state.Freed(step).With(step, StepStatus.Sent)), [step], []);

    static FlowChange Advance(StepTable table, FlowState state)
    {
        // A step that was refused after the pivot is not awaited, but the steps after it must not begin.
        if (state.Awaited.Any() || state.Stuck != 0)
            return Stay(state);

        // A newer definition may add steps before the pivot. A saga whose pivot has been sent skips them: it only goes forward.
        var from = IsPivotSent(table, state) ? table.StageOf(table.Pivot!.Value) : 0;
        ImmutableArray<int> next = [.. Enumerable.Range(from, table.StageCount - from)
            .Select(stage => table.StepsOf(stage).Where(step => state.Steps[step] == StepStatus.Pending))
            .FirstOrDefault(steps => steps.Any(), [])];
        return next.IsEmpty
            ? Stay(state with { Lifecycle = Lifecycle.Completed })
            : new FlowChange(Live(next.Aggregate(state, (s, step) => s.With(step, StepStatus.Sent))), next, []);
    }

    // Undoes the attempted steps backwards, stage by stage, and not only those that are known to have succeeded. A step whose answer never
    // came may have succeeded too.
    static FlowChange Compensate(StepTable table, FlowState state)
    {
        state = Live(state);
        if (state.Awaited.Any())
            return Stay(state);

        ImmutableArray<int> last = [.. Enumerable.Range(0, table.StageCount)
            .Reverse()
            .Select(stage => table.StepsOf(stage).Where(step => IsToUndo(table, state, step)))
            .FirstOrDefault(steps => steps.Any(), [])];
        return !last.IsEmpty ? new FlowChange(last.Aggregate(state, (s, step) => s.With(step, StepStatus.Undoing)), [], last)
            : Stay(state.Stuck == 0 ? state with { Lifecycle = Lifecycle.Cancelled } : state);
    }

    // A success that comes after the step's refusal or undo is undone. A step without an undo waits for an operator.
    static FlowChange UndoAfterAll(StepTable table, FlowState state, int step) => table.Steps[step].Undo is null
        ? Stay(Reopened(state).With(step, StepStatus.Done).WithStuck(step))
        : new FlowChange(Live(Reopened(state).With(step, StepStatus.Undoing)), [], [step]);

    static FlowState Reopened(FlowState state) => state with { Lifecycle = Lifecycle.Compensating };

    static bool IsToUndo(StepTable table, FlowState state, int step) =>
        table.Steps[step].Undo is not null && state.Steps[step] is StepStatus.Sent or StepStatus.Uncertain or StepStatus.Done;

    static FlowState Live(FlowState state) => state.IsEnded ? state : state with
    {
        Lifecycle = state.Stuck != 0 ? Lifecycle.Suspended : state.IsTurned ? Lifecycle.Compensating : Lifecycle.Running,
    };

    static FlowChange Stay(FlowState state) => new(Live(state), [], []);
}
