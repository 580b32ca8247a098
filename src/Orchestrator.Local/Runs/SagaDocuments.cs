using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Hosting;
using Orchestrator.Hosting.Settings;
using Orchestrator.Journal;
using Orchestrator.Worker;

namespace Orchestrator.Local.Runs;

/// <summary>The documents of all sagas, for people who read tables rather than source.</summary>
public static class SagaDocuments
{
    /// <summary>Every document, by the name of its file.</summary>
    public static IReadOnlyDictionary<string, string> All()
    {
        // Nothing is started: the sagas are asked for their tables only.
        using var provider = new ServiceCollection().AddMassTransit(bus => bus.AddSagas()).BuildServiceProvider();
        return provider.GetServices<ISagaKind>().OrderBy(kind => kind.Name, StringComparer.Ordinal).ToDictionary(kind => $"{kind.Name}.md", kind => kind.Document());
    }

    /// <summary>Writes the documents, each into a file of its saga's name, or prints them one after the other.</summary>
    /// <param name="into">The folder, made when it is new; nothing to print.</param>
    /// <param name="output">Where to print, or to say what was written.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    /// <exception cref="OutputFolderException">Nothing can be written in the folder.</exception>
    public static int Write(string? into, TextWriter output) => Documents.Write(All(), into, output);
}
