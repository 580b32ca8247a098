using System.Collections.Immutable;

namespace Orchestrator.Engine;

/// <summary>Where a saga stands, without its data.</summary>
/// <param name="Lifecycle">Where the saga stands in its life.</param>
/// <param name="Steps">The status of each step, in the table's order.</param>
/// <param name="IsTurned">Whether it has turned back.</param>
/// <param name="Stuck">The steps that wait for an operator: a bit each, in the table's order.</param>
public sealed record FlowState(Lifecycle Lifecycle, ImmutableArray<StepStatus> Steps, bool IsTurned = false, ulong Stuck = 0)
{
    /// <summary>True when the saga has ended.</summary>
    public bool IsEnded => Lifecycle is Lifecycle.Completed or Lifecycle.Cancelled;

    /// <summary>The steps whose outcome the saga waits for, in the table's order.</summary>
    public IEnumerable<int> Awaited => Enumerable.Range(0, Steps.Length).Where(IsAwaited);

    /// <summary>Whether the saga waits for the step's outcome.</summary>
    public bool IsAwaited(int step) => !IsEnded && (IsTurned
        ? Steps[step] == StepStatus.Undoing
        : Steps[step] is StepStatus.Held or StepStatus.Sent or StepStatus.Uncertain);

    /// <summary>Whether the step waits for an operator.</summary>
    public bool IsStuck(int step) => (Stuck & (1UL << step)) != 0;

    /// <summary>
    /// The names of the awaited steps, as the column <c>step</c> shows them. For a suspended saga these are the steps that wait for an
    /// operator. Null if the saga awaits no step.
    /// </summary>
    public string? AwaitedNames(StepTable table)
    {
        var steps = Lifecycle == Lifecycle.Suspended ? Enumerable.Range(0, Steps.Length).Where(IsStuck) : Awaited;
        var names = string.Join(", ", steps.Select(step => table.Steps[step].Name));
        return names.Length == 0 ? null : names;
    }

    /// <summary>The state's name in the state machine, in diagrams and in the timeline, such as <c>Running: BookShipment</c>.</summary>
    public static string Name(string lifecycle, string? awaited) => awaited is null ? lifecycle : $"{lifecycle}: {awaited}";

    /// <summary>The state's name.</summary>
    public string Name(StepTable table) => Name(Lifecycle.ToString(), AwaitedNames(table));

    internal FlowState With(int step, StepStatus status) => this with { Steps = Steps.SetItem(step, status) };

    internal FlowState WithStuck(int step) => this with { Stuck = Stuck | (1UL << step) };

    internal FlowState Freed(int step) => this with { Stuck = Stuck & ~(1UL << step) };
}
