namespace Orchestrator.Local.Runs;

/// <summary>Files that are made from the code.</summary>
static class Documents
{
    /// <summary>Writes them into a folder, or prints them one after the other.</summary>
    /// <param name="documents">Their contents, by their names.</param>
    /// <param name="into">The folder, made when it is new; nothing to print.</param>
    /// <param name="output">Where to print, or to say what was written.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    /// <exception cref="OutputFolderException">Nothing can be written in the folder.</exception>
    public static int Write(IReadOnlyDictionary<string, string> documents, string? into, TextWriter output)
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
            throw new OutputFolderException($"Nothing can be written in the folder {folder}: {e.Message}", e);
        }
    }
}
