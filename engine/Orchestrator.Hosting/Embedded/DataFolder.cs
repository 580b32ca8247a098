using System.Globalization;

namespace Orchestrator.Hosting.Embedded;

/// <summary>The folder that holds everything the process remembers, locked for this process alone.</summary>
/// <remarks>
/// The lock is the operating system's, on an open file: it goes with the process, however that dies. Only the name of the
/// holder, which a second process reads, is written down; it may be stale, and counts only while the lock is held.
/// </remarks>
public sealed class DataFolder : IDisposable
{
    const int WouldBlock = 11, WouldBlockOnMac = 35, SharingViolation = unchecked((int)0x80070020);

    readonly FileStream _lock;

    DataFolder(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>The database of the sagas, their journal and the participants.</summary>
    public string Database => DatabaseIn(Path);

    /// <summary>A database of a party that keeps more than one.</summary>
    /// <param name="store">The database's name: <see cref="Party.AddStore"/>.</param>
    public string DatabaseOf(string store) => In(Path, $"{store}.db");

    /// <summary>Creates the folder when it is new, for this user alone, and locks it until it is disposed or the process ends.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="DataFolderException">Another process holds the folder, or nothing can be written in it.</exception>
    public static DataFolder Open(string path)
    {
        if (File.Exists(path))
            throw new DataFolderException($"{path} is a file; name a folder for the data.");
        try
        {
            var folder = System.IO.Path.GetFullPath(path);
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder);
            else
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return new DataFolder(folder, Locked(folder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new DataFolderException($"Nothing can be written in the data folder {path}: {e.Message}", e);
        }
    }

    /// <summary>Where the database of a data folder lies.</summary>
    public static string DatabaseIn(string path) => In(path, "orchestrator.db");

    /// <summary>Lets go of the folder.</summary>
    public void Dispose() => _lock.Dispose();

    static FileStream Locked(string folder)
    {
        FileStream @lock;
        try
        {
            // FileShare.None is an exclusive flock on Unix.
            @lock = new FileStream(In(folder, "orchestrator.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult is WouldBlock or WouldBlockOnMac or SharingViolation)
        {
            throw new DataFolderException($"The data folder {folder} is in use by another process{Holder(folder)}.", e);
        }

        try
        {
            // A new file in the folder, moved into place: shows that files can be made here, and is never read half-written.
            var own = In(folder, $"orchestrator.pid.{Environment.ProcessId}");
            File.WriteAllText(own, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            File.Move(own, In(folder, "orchestrator.pid"), overwrite: true);
            return @lock;
        }
        catch
        {
            @lock.Dispose();
            throw;
        }
    }

    static string Holder(string folder)
    {
        try
        {
            return int.TryParse(File.ReadAllText(In(folder, "orchestrator.pid")), out var pid) ? $" (pid {pid})" : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    static string In(string folder, string file) => System.IO.Path.Combine(folder, file);
}
