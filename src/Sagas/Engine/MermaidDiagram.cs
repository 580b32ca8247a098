using System.Globalization;
using System.Text;

namespace Orchestrator.Sagas.Engine;

/// <summary>A saga's table as a Mermaid state diagram.</summary>
public static class MermaidDiagram
{
    /// <summary>Draws the table.</summary>
    /// <param name="table">The steps.</param>
    /// <param name="start">The name of the message that starts the saga.</param>
    /// <returns>Text that begins with <c>stateDiagram-v2</c>; lines end with a line feed.</returns>
    public static string Draw(StepTable table, string start)
    {
        var edges = StateSpace.Explore(table, start);
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
}
