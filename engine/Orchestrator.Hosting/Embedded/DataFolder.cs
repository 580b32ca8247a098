using System.Globalization;

namespace Orchestrator.Hosting.Embedded;

/// <summary>The folder of all databases of the process. It is locked, so that only one process uses it.</summary>
/// <remarks>
/// The lock is a lock of the operating system on an open file, so it ends with the process in any case. The holder writes only its process
/// id, for the error message of a second process. The id may be out of date, so it is read only while the lock is held.
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

    /// <summary>The path of a further database that a party has added.</summary>
    /// <param name="store">The database's name: <see cref="Party.AddStore"/>.</param>
    public string DatabaseOf(string store) => In(Path, $"{store}.db");

    /// <summary>
    /// Creates the folder if it does not exist, with access only for this user. Locks it until it is disposed or the process ends.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="DataFolderException">Another process uses the folder, or the folder can't be written to.</exception>
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
            throw new DataFolderException($"The data folder {path} can't be written to: {e.Message}", e);
        }
    }

    /// <summary>The path of the database of a data folder.</summary>
    public static string DatabaseIn(string path) => In(path, "orchestrator.db");

    /// <summary>Unlocks the folder.</summary>
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
            // Writes a new file and moves it into place. So a second process never reads half a file, and the write shows that files can be
            // created here.
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
            return int.TryParse(File.ReadAllText(In(folder, "orchestrator.pid")), CultureInfo.InvariantCulture, out var pid)
                ? $" (pid {pid})" : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    static string In(string folder, string file) => System.IO.Path.Combine(folder, file);
}
