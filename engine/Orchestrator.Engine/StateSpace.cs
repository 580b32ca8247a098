using Orchestrator.Contracts.Operations;

namespace Orchestrator.Engine;

/// <summary>Every state that a table can reach and every message that leads from one to another.</summary>
public static class StateSpace
{
    /// <summary>The name of the state before the first message, as MassTransit calls it.</summary>
    public const string Initial = "Initial";

    /// <summary>A message leads from one named state to another.</summary>
    public sealed record Edge(string From, string Message, string To);

    /// <summary>Walks a definition from its start, breadth first.</summary>
    /// <returns>The edges, in the order in which a reader meets them; messages that change no name are not among them.</returns>
    public static IReadOnlyList<Edge> Explore<TData>(StepSaga<TData> definition)
        where TData : SagaData
    {
        var walk = new Walk(definition.Table, definition.CancelledWith?.Name, definition.TimeLimit is not null);
        var turned = Flow.TurnBack(definition.Table, Flow.Begin(definition.Table)).State;
        walk.Enter(Initial, definition.StartedWith!.Name, Flow.Start(definition.Table).State);
        if (definition.HasUniqueKey)
            walk.Enter(Initial, definition.StartedWith.Name, turned);
        if (definition.CancelledWith is { } cancel)
            walk.Enter(Initial, cancel.Name, turned);
        walk.ToItsEnd();
        return walk.Edges;
    }

    sealed class Walk(StepTable table, string? cancel, bool hasTimeLimit)
    {
        readonly List<Edge> _edges = [];
        readonly HashSet<Edge> _known = [];
        readonly HashSet<string> _seen = [];
        readonly Queue<FlowState> _queue = new();

        public IReadOnlyList<Edge> Edges => _edges;

        public void Enter(string from, string message, FlowState to)
        {
            var edge = new Edge(from, message, to.Name(table));
            if (edge.From != edge.To && _known.Add(edge))
                _edges.Add(edge);
            if (_seen.Add(Key(to)))
                _queue.Enqueue(to);
        }

        public void ToItsEnd()
        {
            while (_queue.TryDequeue(out var state))
            {
                var name = state.Name(table);
                foreach (var (message, next) in Outcomes(state).Concat(Commands(state)))
                    Enter(name, message, next);
                foreach (var next in AfterDeadlines(state))
                    Enter(name, nameof(DeadlineReached), next);
            }
        }

        IEnumerable<(string Message, FlowState Next)> Outcomes(FlowState state)
        {
            for (var step = 0; step < table.Steps.Length; step++)
            {
                var shape = table.Steps[step];
                (string? Message, Signal Signal)[] outcomes =
                [
                    (shape.Completion, Signal.Completed), (shape.Refusal, Signal.Refused), (shape.Undone, Signal.Undone),
                    (shape.UndoRefusal, Signal.UndoRefused),
                ];
                foreach (var (message, signal) in outcomes)
                {
                    // An outcome of a command that was never sent changes nothing. An event from outside may come before its turn.
                    if (message is not null && (state.Steps[step] != StepStatus.Pending || shape.Kind == StepKind.External))
                        yield return (message, Flow.Apply(table, state, step, signal).State);
                }

                if (shape.CanContradict)
                    yield return (shape.Completion!, Flow.Apply(table, state, step, Signal.Contradicted).State);
            }
        }

        IEnumerable<(string Message, FlowState Next)> Commands(FlowState state)
        {
            if (Flow.CanTurnBack(table, state))
            {
                yield return (nameof(CompensateSaga), Flow.TurnBack(table, state).State);
                if (cancel is not null)
                    yield return (cancel, Flow.TurnBack(table, state).State);
            }

            if (Flow.CanResume(state))
                yield return (nameof(ResumeSaga), Flow.Resume(state).State);
            for (var step = 0; step < table.Steps.Length; step++)
            {
                if (!state.IsAwaited(step) && !state.IsStuck(step))
                    continue;
                if (Flow.CanRetry(state, step))
                    yield return (nameof(RetryStep), Flow.Retry(state, step).State);
                foreach (var signal in new[] { Signal.Completed, Signal.Refused, Signal.Undone })
                    yield return (nameof(ResolveStep), Flow.Apply(table, state, step, signal).State);
            }
        }

        // One DeadlineReached acts on every step that is due.
        Dictionary<string, FlowState>.ValueCollection AfterDeadlines(FlowState state)
        {
            var reached = new Dictionary<string, FlowState>();
            var queue = new Queue<FlowState>([state]);
            while (queue.TryDequeue(out var from))
            {
                foreach (var next in AfterOne(from).Where(next => reached.TryAdd(Key(next), next)))
                    queue.Enqueue(next);
            }

            return reached.Values;
        }

        IEnumerable<FlowState> AfterOne(FlowState state)
        {
            foreach (var step in state.Awaited.Where(step => !state.IsStuck(step)))
            {
                yield return Flow.Apply(table, state, step, Signal.NoAnswer).State;
                yield return Flow.Apply(table, state, step, Signal.GivenUp).State;
            }

            if (!hasTimeLimit || state.IsEnded || state.IsTurned || state.Stuck != 0)
                yield break;
            yield return (Flow.CanTurnBack(table, state) ? Flow.TurnBack(table, state) : Flow.Suspend(state)).State;
        }

        static string Key(FlowState state) => $"{state.Lifecycle} {state.IsTurned} {state.Stuck} {string.Join(' ', state.Steps)}";
    }
}
