using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Tests.Servers;

/// <summary>A disk in memory that can be full: a tmpfs, which only root may mount.</summary>
/// <remarks>
/// It ends with this process in any case: a shell reads from a pipe that only this process holds open. When the process ends, the shell
/// removes the disk.
/// </remarks>
public sealed class SmallDisk : IAsyncDisposable
{
    const string FolderPrefix = "orchestrator-disk-";

    // Files that are still open stay usable until their process ends.
    const string Guard = "exec >/dev/null 2>&1; trap '' HUP INT TERM; read -r _; umount -l \"$1\"; rmdir \"$1\"";

    readonly long _bytes;
    readonly Process _guard;

    SmallDisk(string folder, long bytes)
    {
        (Folder, _bytes) = (folder, bytes);
        _guard = Process.Start(new ProcessStartInfo("sh", ["-c", Guard, "sh", folder]) { RedirectStandardInput = true })!;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Mounts a disk.</summary>
    /// <param name="bytes">The size in bytes.</param>
    /// <returns>Null when this is not allowed.</returns>
    public static async Task<SmallDisk?> Create(long bytes)
    {
        if (!Environment.IsPrivilegedProcess)
            return null;
        var folder = Directory.CreateTempSubdirectory(FolderPrefix).FullName;
        var disk = new SmallDisk(folder, bytes);
        if (await Mount("-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={bytes},mode=700"), "tmpfs", folder) == 0)
            return disk;
        await disk.DisposeAsync();
        return null;
    }

    /// <summary>Fills the disk: it can hold no more than its present content.</summary>
    public async Task Fill()
    {
        // Another process may write between the question and the answer.
        for (var tries = 1; await Resize(Used()) != 0; tries++)
        {
            if (tries == 100)
                throw new InvalidOperationException($"the disk at {Folder} can't be made as small as what is on it");
        }
    }

    /// <summary>Gives the disk its size back.</summary>
    public Task Free() => Resize(_bytes);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_guard.HasExited)
            return;
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync();
    }

    long Used()
    {
        var drive = new DriveInfo(Folder);
        return drive.TotalSize - drive.TotalFreeSpace;
    }

    Task<int> Resize(long bytes) => Mount("-o", string.Create(CultureInfo.InvariantCulture, $"remount,size={bytes}"), Folder);

    static async Task<int> Mount(params string[] arguments)
    {
        using var mount = Process.Start(
            new ProcessStartInfo("mount", arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        await Task.WhenAll(mount.StandardOutput.ReadToEndAsync(), mount.StandardError.ReadToEndAsync());
        await mount.WaitForExitAsync();
        return mount.ExitCode;
    }
}
