using System.Collections.Immutable;

namespace Orchestrator.Engine;

/// <summary>How sagas move: the rules that all tables share. Pure.</summary>
public static class Flow
{
    /// <summary>The first change: the first stage goes out.</summary>
    public static FlowChange Start(StepTable table) => Advance(table, Begin(table));

    /// <summary>The state before the first change: nothing has been attempted.</summary>
    public static FlowState Begin(StepTable table) => new(Lifecycle.Running, [.. table.Steps.Select(_ => StepStatus.Pending)]);

    /// <summary>What a signal to one step changes. One that is late, or comes twice, changes nothing.</summary>
    public static FlowChange Apply(StepTable table, FlowState state, int step, Signal signal) => (signal, state.Steps[step]) switch
    {
        (Signal.Completed, StepStatus.Held or StepStatus.Sent or StepStatus.Uncertain) when !state.IsTurned =>
            Advance(table, state.Freed(step).With(step, StepStatus.Done)),
        // An event from outside may come before its turn; it must not be lost.
        (Signal.Completed, StepStatus.Pending) when table.Steps[step].Kind == StepKind.External && !state.IsEnded =>
            Stay(state.With(step, StepStatus.Done)),
        // It was refused after the pivot and waits for an operator: this settles it.
        (Signal.Completed, StepStatus.Refused) when CanRetry(state, step) => Advance(table, state.Freed(step).With(step, StepStatus.Done)),
        (Signal.Completed, StepStatus.Refused or StepStatus.Undone) when table.Steps[step].Kind != StepKind.External =>
            UndoAfterAll(table, state, step),
        // Nobody has asked for it yet, and something was done all the same.
        (Signal.Contradicted, StepStatus.Held) => Stay(state.With(step, StepStatus.Uncertain).WithStuck(step)),
        (Signal.Contradicted, _) when state.IsAwaited(step) => Stay(state.WithStuck(step)),
        (Signal.Refused, StepStatus.Sent or StepStatus.Uncertain) when table.Steps[step].Kind == StepKind.Retriable =>
            Stay(state.Freed(step).With(step, StepStatus.Refused).WithStuck(step)),
        (Signal.Refused, StepStatus.Sent or StepStatus.Uncertain) when !state.IsTurned =>
            TurnBack(table, state.Freed(step).With(step, StepStatus.Refused)),
        (Signal.Undone, StepStatus.Undoing) =>
            Compensate(table, state.Freed(step).With(step, StepStatus.Undone)),
        // By an operator's word: a pivot that succeeded after it had been refused has been put right by hand.
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

    /// <summary>Whether the saga may still turn back of its own: it has not, and its pivot has not been sent.</summary>
    public static bool CanTurnBack(StepTable table, FlowState state) => !state.IsEnded && !state.IsTurned && !IsPivotSent(table, state);

    /// <summary>Whether the pivot has been sent: from then on only its explicit refusal turns the saga back.</summary>
    public static bool IsPivotSent(StepTable table, FlowState state) =>
        table.Pivot is { } pivot && state.Steps[pivot] is not (StepStatus.Pending or StepStatus.Held);

    /// <summary>Turns the saga back: what it attempted is undone.</summary>
    public static FlowChange TurnBack(StepTable table, FlowState state) => Compensate(table, state with
    {
        IsTurned = true,
        // What waited for an operator is undone: he need not decide on it any more.
        Stuck = 0,
        Steps = [.. state.Steps.Select(status => status == StepStatus.Held ? StepStatus.Pending : status)],
    });

    /// <summary>Everything that is awaited waits for an operator.</summary>
    public static FlowChange Suspend(FlowState state) => Stay(state.Awaited.Aggregate(state, (s, step) => s.WithStuck(step)));

    /// <summary>Whether what waits for an operator can be tried again.</summary>
    public static bool CanResume(FlowState state) =>
        state.Lifecycle == Lifecycle.Suspended && Enumerable.Range(0, state.Steps.Length).Where(state.IsStuck).All(state.IsAwaited);

    /// <summary>What waits for an operator is tried again.</summary>
    public static FlowChange Resume(FlowState state)
    {
        ImmutableArray<int> steps = [.. state.Awaited.Where(state.IsStuck)];
        var free = Live(state with { Stuck = 0 });
        return state.IsTurned ? new FlowChange(free, [], steps) : new FlowChange(free, steps, []);
    }

    /// <summary>
    /// Whether the step was refused after the pivot: it waits for an operator, who may let it be tried under a new idempotency key.
    /// </summary>
    public static bool CanRetry(FlowState state, int step) =>
        !state.IsTurned && state.IsStuck(step) && state.Steps[step] == StepStatus.Refused;

    /// <summary>A step that was refused after the pivot is tried again.</summary>
    public static FlowChange Retry(FlowState state, int step) => new(Live(state.Freed(step).With(step, StepStatus.Sent)), [step], []);

    static FlowChange Advance(StepTable table, FlowState state)
    {
        // A step that was refused after the pivot is not awaited, and what comes after it must not begin.
        if (state.Awaited.Any() || state.Stuck != 0)
            return Stay(state);

        // What a newer definition puts before the pivot comes too late for a saga whose pivot has been sent: it only goes forward.
        var from = IsPivotSent(table, state) ? table.StageOf(table.Pivot!.Value) : 0;
        ImmutableArray<int> next = [.. Enumerable.Range(from, table.StageCount - from)
            .Select(stage => table.StepsOf(stage).Where(step => state.Steps[step] == StepStatus.Pending))
            .FirstOrDefault(steps => steps.Any(), [])];
        return next.IsEmpty
            ? Stay(state with { Lifecycle = Lifecycle.Completed })
            : new FlowChange(Live(next.Aggregate(state, (s, step) => s.With(step, StepStatus.Sent))), next, []);
    }

    // Backwards through what was attempted, stage by stage, not through what is known to have succeeded: a step whose
    // answer never came may have succeeded all the same.
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

    // A success that comes after its refusal or its undo does not fit: it is undone.
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
