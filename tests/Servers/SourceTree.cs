namespace Orchestrator.Tests.Servers;

/// <summary>The repository that this program was built in.</summary>
public static class SourceTree
{
    /// <summary>The folder of the repository.</summary>
    /// <exception cref="InvalidOperationException">The program does not run in its repository.</exception>
    public static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Orchestrator.sln")))
                folder = folder.Parent;
            return folder?.FullName
                ?? throw new InvalidOperationException("This program belongs into the repository that it was built in.");
        }
    }
}
