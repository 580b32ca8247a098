using System.CommandLine;
using Orchestrator.Hosting.Commands;

namespace Orchestrator.Hosting.Documents;

/// <summary>Documents that are generated from the code.</summary>
public static class CodeDocuments
{
    /// <summary>A command that writes documents into the folder of its option <c>--into</c>, or prints them.</summary>
    /// <param name="name">The command's name.</param>
    /// <param name="description">What it writes.</param>
    /// <param name="documents">Makes the documents, by the names of their files.</param>
    public static Command Command(string name, string description, Func<IReadOnlyDictionary<string, string>> documents)
    {
        var into = CommandOptions.Path(
            new("--into") { HelpName = "DIR", Description = "The folder of the documents; without it they are printed." });
        var command = new Command(name, description) { into };
        command.SetAction(parsed => Write(documents(), parsed.GetValue(into), parsed.InvocationConfiguration.Output));
        return command;
    }

    static int Write(IReadOnlyDictionary<string, string> documents, string? into, TextWriter output)
    {
        foreach (var (name, text) in documents)
        {
            if (into is null)
                output.Write(text);
            else
                output.WriteLine(Save(into, name, text));
        }

        return ExitCode.Done;
    }

    static string Save(string folder, string name, string text)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var path = Path.Combine(folder, name);
            File.WriteAllText(path, text);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new UsageException($"The folder {folder} can't be written to: {e.Message.TrimEnd('.')}");
        }
    }
}
