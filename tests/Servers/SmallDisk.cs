using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Tests.Servers;

/// <summary>A disk in memory that can be full: a tmpfs of its own, which only root may mount.</summary>
/// <remarks>
/// It does not outlive this process, however that ends: a shell reads from a pipe that only this process holds open, and then takes it
/// away.
/// </remarks>
public sealed class SmallDisk : IAsyncDisposable
{
    const string FolderPrefix = "orchestrator-disk-";

    // What is still open there goes on until its process ends.
    const string Guard = "exec >/dev/null 2>&1; trap '' HUP INT TERM; read -r _; umount -l \"$1\"; rmdir \"$1\"";

    readonly long _bytes;
    readonly Process _guard;

    SmallDisk(string folder, long bytes)
    {
        (Folder, _bytes) = (folder, bytes);
        _guard = Process.Start(new ProcessStartInfo("sh", ["-c", Guard, "sh", folder]) { RedirectStandardInput = true })!;
    }

    /// <summary>Where it is.</summary>
    public string Folder { get; }

    /// <summary>Mounts one.</summary>
    /// <param name="bytes">How much it holds.</param>
    /// <returns>Null where that is not allowed.</returns>
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

    /// <summary>Leaves no room on it: it holds no more than what is on it now.</summary>
    public async Task Fill()
    {
        // Somebody may write between the question and the answer.
        for (var tries = 1; await Resize(Used()) != 0; tries++)
        {
            if (tries == 100)
                throw new InvalidOperationException($"the disk at {Folder} can't be made as small as what is on it");
        }
    }

    /// <summary>Gives its room back.</summary>
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
