namespace Orchestrator.Journal;

/// <summary>Reads values in stored JSON as text.</summary>
static class JsonText
{
    /// <summary>The expression of a value in a document.</summary>
    /// <param name="document">The expression of the document.</param>
    /// <param name="path">The path of the value, with dots between levels.</param>
    /// <param name="sqlite">True for SQLite, false for PostgreSQL.</param>
    public static string At(string document, string path, bool sqlite) =>
        sqlite ? $"{document} ->> '$.{path}'" : $"{document} #>> '{{{path.Replace('.', ',')}}}'";
}
