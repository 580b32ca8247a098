using System.Text.RegularExpressions;

namespace Orchestrator.Engine;

/// <summary>Checks the columns of a saga's view that show its data.</summary>
static partial class ColumnCheck
{
    /// <summary>The first problem of the columns and what to do about it, as a sentence. Null if the columns are valid.</summary>
    public static string? Problem<TData>(IReadOnlyList<SagaColumn> columns)
        where TData : SagaData =>
        columns.Select(column => NameProblem(column.Name) ?? PathProblem(typeof(TData), column))
        .FirstOrDefault(problem => problem is not null)
        ?? (columns.GroupBy(column => column.Name).FirstOrDefault(group => group.Count() > 1) is { Key: var twice }
            ? $"its view shows two columns {twice}; give each a name of its own"
            : null);

    static string? NameProblem(string name) =>
        !Snake().IsMatch(name)
            ? $"its view shows a column '{name}', which is no identifier; write at most 63 lower-case letters, digits and underscores, "
                + $"like invoice_number"
        : SagaColumn.OfEverySaga.Contains(name) ? $"its view shows a column {name}, which the view of every saga has; give it another name"
        : null;

    static string? PathProblem(Type data, SagaColumn column) =>
        DataPath.Find(data, column.Path).Problem is { } problem ? $"its view shows {column.Name} from {column.Path}, and {problem}" : null;

    [GeneratedRegex("^[a-z][a-z0-9_]{0,62}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Snake();
}
