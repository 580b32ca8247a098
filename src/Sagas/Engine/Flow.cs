using System.Collections.Immutable;

namespace Orchestrator.Sagas.Engine;

/// <summary>How sagas move: the rules that all tables share. Pure.</summary>
public static class Flow
{
    /// <summary>What a signal changes.</summary>
    /// <param name="State">The state after it.</param>
    /// <param name="Do">Steps whose command goes out.</param>
    /// <param name="Undo">Steps whose undo goes out.</param>
    public sealed record Move(FlowState State, ImmutableArray<int> Do, ImmutableArray<int> Undo);

    /// <summary>The first move: the first stage goes out.</summary>
    public static Move Start(StepTable table) =>
        Advance(table, new FlowState(Lifecycle.Running, [.. table.Steps.Select(_ => StepStatus.Pending)]));

    /// <summary>What a step's outcome changes. One that is late, or comes twice, changes nothing.</summary>
    public static Move Apply(StepTable table, FlowState state, int step, Signal signal) =>
        (state.Lifecycle, signal, state.Steps[step]) switch
        {
            (Lifecycle.Running, Signal.Completed, StepStatus.Sent) =>
                Advance(table, state.With(step, StepStatus.Done)),
            (Lifecycle.Running, Signal.Refused, StepStatus.Sent) =>
                Compensate(table, state.With(step, StepStatus.Refused) with { Lifecycle = Lifecycle.Compensating }),
            (Lifecycle.Compensating, Signal.Undone, StepStatus.Undoing) =>
                Compensate(table, state.With(step, StepStatus.Undone)),
            _ => Stay(state),
        };

    static Move Advance(StepTable table, FlowState state)
    {
        if (state.Awaited.Any())
            return Stay(state);

        ImmutableArray<int> next = [.. Enumerable.Range(0, table.StageCount)
            .Select(table.StepsOf)
            .FirstOrDefault(stage => stage.Any(step => state.Steps[step] == StepStatus.Pending), [])];
        return next.IsEmpty
            ? Stay(state with { Lifecycle = Lifecycle.Completed })
            : new Move(next.Aggregate(state, (s, step) => s.With(step, StepStatus.Sent)), next, []);
    }

    // Backwards through what was attempted, stage by stage, not through what is known to have succeeded: a step whose
    // answer never came may have succeeded all the same.
    static Move Compensate(StepTable table, FlowState state)
    {
        if (state.Awaited.Any())
            return Stay(state);

        ImmutableArray<int> last = [.. Enumerable.Range(0, table.StageCount)
            .Reverse()
            .Select(stage => table.StepsOf(stage).Where(step => IsToUndo(table, state, step)))
            .FirstOrDefault(steps => steps.Any(), [])];
        return last.IsEmpty
            ? Stay(state with { Lifecycle = Lifecycle.Cancelled })
            : new Move(last.Aggregate(state, (s, step) => s.With(step, StepStatus.Undoing)), [], last);
    }

    static bool IsToUndo(StepTable table, FlowState state, int step) =>
        table.Steps[step].Undo is not null && state.Steps[step] is StepStatus.Sent or StepStatus.Done;

    static Move Stay(FlowState state) => new(state, [], []);
}
