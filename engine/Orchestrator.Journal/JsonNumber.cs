namespace Orchestrator.Journal;

/// <summary>
/// Reads numbers in stored JSON as SQL numbers. Amounts are written as text, because a JSON number loses decimals in most readers.
/// </summary>
public static class JsonNumber
{
    /// <summary>
    /// The expression of a number in a document: <c>numeric</c> on PostgreSQL, REAL on SQLite, and NULL where there is no number.
    /// </summary>
    /// <param name="document">The expression of the document.</param>
    /// <param name="path">The path of the number, with dots between levels.</param>
    /// <param name="sqlite">True for SQLite, false for PostgreSQL.</param>
    public static string At(string document, string path, bool sqlite)
    {
        var text = JsonText.At(document, path, sqlite);
        return sqlite
            ? $"CASE WHEN typeof({text}) <> 'text' THEN {text} "
                + $"WHEN json_valid({text}) AND length({text}) < 256 AND {text} NOT GLOB '*[^-.0-9]*' THEN CAST({text} AS REAL) END"
            : $"CASE WHEN {text} ~ '^-?(0|[1-9][0-9]{{0,253}})([.][0-9]{{1,253}})?$' THEN ({text})::numeric END";
    }
}
