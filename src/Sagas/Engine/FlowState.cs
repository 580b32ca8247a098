using System.Collections.Immutable;

namespace Orchestrator.Sagas.Engine;

/// <summary>Where a saga stands, without its data.</summary>
/// <param name="Lifecycle">Where in its life.</param>
/// <param name="Steps">The status of each step, in the table's order.</param>
public sealed record FlowState(Lifecycle Lifecycle, ImmutableArray<StepStatus> Steps)
{
    /// <summary>The steps whose outcome the saga waits for, in the table's order.</summary>
    public IEnumerable<int> Awaited =>
        Enumerable.Range(0, Steps.Length).Where(step => Steps[step] == (Lifecycle == Lifecycle.Compensating ? StepStatus.Undoing : StepStatus.Sent));

    /// <summary>The names of the awaited steps, as the column <c>step</c> shows them; nothing when none is awaited.</summary>
    public string? AwaitedNames(StepTable table)
    {
        var names = string.Join(", ", Awaited.Select(step => table.Steps[step].Name));
        return names.Length == 0 ? null : names;
    }

    /// <summary>The state's name in the state machine, in diagrams and in the timeline, such as <c>Running: BookShipment</c>.</summary>
    public static string Name(string lifecycle, string? awaited) => awaited is null ? lifecycle : $"{lifecycle}: {awaited}";

    /// <summary>The state's name.</summary>
    public string Name(StepTable table) => Name(Lifecycle.ToString(), AwaitedNames(table));

    internal FlowState With(int step, StepStatus status) => this with { Steps = Steps.SetItem(step, status) };
}
