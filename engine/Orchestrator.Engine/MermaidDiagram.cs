using System.Globalization;
using System.Text;

namespace Orchestrator.Engine;

/// <summary>A saga's table as a Mermaid state diagram.</summary>
public static class MermaidDiagram
{
    /// <summary>
    /// Draws how outcomes move a saga. Changes by time limits and operators are left out, because they start from almost every state.
    /// </summary>
    /// <returns>Text that begins with <c>stateDiagram-v2</c>; lines end with a line feed.</returns>
    public static string Draw<TData>(StepSaga<TData> definition)
        where TData : SagaData
    {
        var edges = Drawn(definition);
        var states = edges.Select(edge => edge.To).Distinct().ToList();
        var text = new StringBuilder("stateDiagram-v2\n");
        for (var i = 0; i < states.Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"    state \"{states[i]}\" as s{i}\n");
        foreach (var edge in edges)
        {
            var from = edge.From == StateSpace.Initial ? "[*]" : $"s{states.IndexOf(edge.From)}";
            text.Append(CultureInfo.InvariantCulture, $"    {from} --> s{states.IndexOf(edge.To)} : {edge.Message}\n");
        }

        foreach (var end in states.Where(state => edges.All(edge => edge.From != state)))
            text.Append(CultureInfo.InvariantCulture, $"    s{states.IndexOf(end)} --> [*]\n");
        return text.ToString();
    }

    // The changes by outcomes, from the first message on, as long as all outcomes come in time and in order.
    static List<StateSpace.Edge> Drawn<TData>(StepSaga<TData> definition)
        where TData : SagaData
    {
        var outcomes = definition.AllSteps
            .SelectMany(step => new[] { step.Completion, step.RefusedWith, step.Undone })
            .Append(definition.StartedWith)
            .OfType<Type>().Select(type => type.Name).ToHashSet();
        var edges = StateSpace.Explore(definition).Where(edge => outcomes.Contains(edge.Message) && !IsLate(edge)).ToList();
        var reached = new HashSet<string> { StateSpace.Initial };
        while (edges.Where(edge => reached.Contains(edge.From)).Any(edge => reached.Add(edge.To)))
        {
        }

        return [.. edges.Where(edge => reached.Contains(edge.From))];
    }

    static bool IsLate(StateSpace.Edge edge) =>
        edge.From is nameof(Lifecycle.Completed) or nameof(Lifecycle.Cancelled)
        || edge.To.StartsWith(nameof(Lifecycle.Suspended), StringComparison.Ordinal);
}
