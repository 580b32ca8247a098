namespace Orchestrator.Sagas.Engine;

/// <summary>Every state that a table can reach and every message that leads from one to another.</summary>
public static class StateSpace
{
    /// <summary>The name of the state before the first message, as MassTransit calls it.</summary>
    public const string Initial = "Initial";

    /// <summary>A message leads from one named state to another.</summary>
    public sealed record Edge(string From, string Message, string To);

    /// <summary>Walks the table from its start, breadth first.</summary>
    /// <param name="table">The steps.</param>
    /// <param name="start">The name of the message that starts the saga.</param>
    /// <returns>The edges, in the order in which a reader meets them; messages that change nothing are not among them.</returns>
    public static IReadOnlyList<Edge> Explore(StepTable table, string start)
    {
        var first = Flow.Start(table).State;
        var edges = new List<Edge> { new(Initial, start, first.Name(table)) };
        var seen = new HashSet<string> { Key(first) };
        var queue = new Queue<FlowState>([first]);
        while (queue.TryDequeue(out var state))
        {
            foreach (var (step, signal, message) in Messages(table))
            {
                var next = Flow.Apply(table, state, step, signal).State;
                if (Key(next) == Key(state))
                    continue;
                var edge = new Edge(state.Name(table), message, next.Name(table));
                if (edge.From != edge.To && !edges.Contains(edge))
                    edges.Add(edge);
                if (seen.Add(Key(next)))
                    queue.Enqueue(next);
            }
        }

        return edges;
    }

    static IEnumerable<(int Step, Signal Signal, string Message)> Messages(StepTable table)
    {
        for (var step = 0; step < table.Steps.Length; step++)
        {
            var shape = table.Steps[step];
            if (shape.Completion is { } completion)
                yield return (step, Signal.Completed, completion);
            if (shape.Refusal is { } refusal)
                yield return (step, Signal.Refused, refusal);
            if (shape.Undone is { } undone)
                yield return (step, Signal.Undone, undone);
        }
    }

    static string Key(FlowState state) => $"{state.Lifecycle} {string.Join(' ', state.Steps)}";
}
