namespace Orchestrator.Tests.Servers;

/// <summary>Folders and files that only their owner may read. They hold passwords, keys and personal data.</summary>
public static class OwnersOnly
{
    /// <summary>Makes a folder.</summary>
    public static string Folder(string path) => OperatingSystem.IsWindows()
        ? throw new PlatformNotSupportedException()
        : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;

    /// <summary>Opens a file for writing. An existing file keeps its mode.</summary>
    public static FileStream File(string path, FileMode mode) => OperatingSystem.IsWindows()
        ? throw new PlatformNotSupportedException()
        : new FileStream(path, new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.Write,
            Share = FileShare.None,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });

    /// <summary>Writes a file.</summary>
    public static async Task Write(string path, string content)
    {
        await using var file = new StreamWriter(File(path, FileMode.Create));
        await file.WriteAsync(content);
    }
}
