using System.CommandLine;

namespace Orchestrator.Hosting.Documents;

/// <summary>The documents of sagas, for people who read tables rather than source.</summary>
public static class SagaDocuments
{
    /// <summary>Every document, by the name of its file.</summary>
    public static IReadOnlyDictionary<string, string> Of(SagaParty sagas) =>
        sagas.Kinds().ToDictionary(kind => $"{kind.Name}.md", kind => kind.Document());

    /// <summary>The command <c>sagas</c>.</summary>
    public static Command Command(SagaParty sagas) => CodeDocuments.Command(
        "sagas", "Writes a document about each saga: its steps, its time limits and its states.", () => Of(sagas));
}
