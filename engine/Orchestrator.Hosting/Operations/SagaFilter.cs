using Orchestrator.Engine;
using Orchestrator.Hosting.Commands;
using Orchestrator.Journal;

namespace Orchestrator.Hosting.Operations;

/// <summary>A condition that chooses unfinished sagas, by their state, their step or the columns that their kind shows.</summary>
/// <param name="Condition">The condition, on rows of <c>saga</c>.</param>
/// <param name="Parameters">Its parameters.</param>
sealed record SagaFilter(string Condition, IReadOnlyList<(string Name, object? Value)> Parameters)
{
    /// <summary>The name of the field with the state.</summary>
    public const string State = "state";

    /// <summary>The name of the field with the awaited steps.</summary>
    public const string Step = "step";

    static readonly string[] States = [nameof(Lifecycle.Running), nameof(Lifecycle.Compensating), nameof(Lifecycle.Suspended)];

    /// <summary>The sagas whose fields have the wanted values.</summary>
    /// <param name="kinds">The kinds of saga to choose from.</param>
    /// <param name="wanted">Fields and their values.</param>
    /// <exception cref="UsageException">No saga can ever match.</exception>
    public static SagaFilter Of(IReadOnlyList<ISagaKind> kinds, IReadOnlyList<(string Field, string Value)> wanted)
    {
        foreach (var (field, value) in wanted)
        {
            if (kinds.All(kind => Expression(kind, field, value, "") is null))
                throw new UsageException(Problem(kinds, field, value));
        }

        var ofKinds = kinds
            .Select(kind =>
                wanted.Select((want, i) => Expression(kind, want.Field, want.Value, $"@wanted{i}")).Prepend($"kind = '{kind.Name}'")
                .ToList())
            .Where(conditions => conditions.All(condition => condition is not null))
            .Select(conditions => string.Join(" AND ", conditions))
            .ToList();
        return ofKinds.Count > 0
            ? new($"completed_at IS NULL AND (({string.Join(") OR (", ofKinds)}))",
                [.. wanted.Select((want, i) => ($"wanted{i}", (object?)want.Value))])
            : throw new UsageException("no kind of saga has all of these fields");
    }

    static string? Expression(ISagaKind kind, string field, string value, string parameter) => field switch
    {
        State => States.Contains(value) ? $"state = {parameter}" : null,
        Step => kind.Steps.Contains(value) ? $"{parameter} = ANY(string_to_array(step, ', '))" : null,
        _ => kind.Columns.FirstOrDefault(column => column.Name == field) is { } column
        ? $"data #>> '{{{column.Path.Replace('.', ',')}}}' = {parameter}" : null,
    };

    static string Problem(IReadOnlyList<ISagaKind> kinds, string field, string value) => field switch
    {
        State => $"no unfinished saga is '{value}'; state is one of {string.Join(", ", States)}",
        Step => $"there is no step '{value}'; "
            + $"{string.Join("; ", kinds.Select(kind => $"{kind.Name} has {string.Join(", ", kind.Steps)}"))}",
        _ => $"sagas have no field '{field}'; there are {string.Join(", ", Fields(kinds))}",
    };

    static IEnumerable<string> Fields(IReadOnlyList<ISagaKind> kinds) =>
        kinds.SelectMany(kind => kind.Columns).Select(column => column.Name).Prepend(Step).Prepend(State).Distinct();
}
