namespace Orchestrator.Journal;

/// <summary>What stands in stored JSON, as text.</summary>
static class JsonText
{
    /// <summary>The expression of a value in a document.</summary>
    /// <param name="document">The expression of the document.</param>
    /// <param name="path">Where it stands: dots between levels.</param>
    /// <param name="sqlite">Whether SQLite is to read it.</param>
    public static string At(string document, string path, bool sqlite) =>
        sqlite ? $"{document} ->> '$.{path}'" : $"{document} #>> '{{{path.Replace('.', ',')}}}'";
}
