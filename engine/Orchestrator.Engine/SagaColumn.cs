namespace Orchestrator.Engine;

/// <summary>A column of a saga's view that is read out of the saga's data.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Path">Where it stands in the data's JSON: camel case, dots between levels.</param>
public sealed record SagaColumn(string Name, string Path)
{
    /// <summary>True when the data has a number there. The view shows it as a number.</summary>
    public bool IsNumber { get; init; }

    /// <summary>True when sagas can be searched by this column with an index.</summary>
    public bool IsSearched { get; init; }

    /// <summary>The columns that the view of every saga has.</summary>
    public static IReadOnlySet<string> OfEverySaga { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "id", "state", "step", "attempts", "next_try", "deadline", "refused_step", "refused_reason", "suspended_step", "suspended_reason",
        "suspended_since",
        "money_at_risk", "money_at_risk_currency", "units_held", "held_since", "last_event", "age", "created_at", "updated_at",
        "completed_at",
    };
}
