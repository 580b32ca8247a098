using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Up;

/// <summary>Passwords in files that only this user can read. Every user of a machine can read the arguments of a process.</summary>
sealed class SecretsFolder : IDisposable
{
    readonly string _path = Directory.CreateTempSubdirectory("orchestrator-secrets-").FullName;

    /// <summary>The folder, for <c>Secrets__Folder</c>.</summary>
    public string Path => _path;

    /// <summary>Writes a setting into the folder.</summary>
    public Task Put(string setting, string value) => OwnersOnly.Write(System.IO.Path.Combine(_path, setting), value);

    /// <inheritdoc />
    public void Dispose() => Directory.Delete(_path, recursive: true);
}
