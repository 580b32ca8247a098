using System.Globalization;
using Npgsql;
using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Chaos.Site;

/// <summary>The place of one host among the others. Its process may change.</summary>
sealed class Slot(string program, int replica, IReadOnlyDictionary<string, string> settings, string logs) : IAsyncDisposable
{
    readonly List<string> _diedByThemselves = [];
    HostProcess? _process;
    StreamWriter? _log;
    int _started;

    /// <summary>Program and replica, for people.</summary>
    public string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"{program.Split('.')[^1].ToLowerInvariant()}-{replica + 1}");

    /// <summary>The process in the place.</summary>
    public HostProcess Process => _process ?? throw new InvalidOperationException($"{Name} has never been started");

    /// <summary>True while a process is in the place.</summary>
    public bool Holds(HostProcess process) => _process == process;

    /// <summary>The processes that ended by themselves.</summary>
    public IReadOnlyList<string> DiedByThemselves => _diedByThemselves;

    /// <summary>Starts a new process in the place.</summary>
    /// <param name="more">Settings of this process only.</param>
    public void Start(IReadOnlyDictionary<string, string>? more = null)
    {
        var log = _log = new StreamWriter(
            Path.Combine(logs, string.Create(CultureInfo.InvariantCulture, $"{Name}-{++_started:000}.log")))
        { AutoFlush = true };
        _process = HostProcess.Start(Programs.PathOf(program), Settings(more), line =>
        {
            lock (log)
            {
                if (log.BaseStream is { CanWrite: true })
                    log.WriteLine(line);
            }
        });
    }

    /// <summary>Kills the process and starts another.</summary>
    /// <param name="more">Settings of the other process only.</param>
    public async Task Replace(IReadOnlyDictionary<string, string>? more = null)
    {
        Process.Kill();
        await Clear();
        Start(more);
    }

    /// <summary>Stops the process gently and starts another.</summary>
    /// <returns>The exit code of the old one.</returns>
    public async Task<int> Restart()
    {
        var exitCode = await Process.Stop();
        await Clear();
        Start();
        return exitCode;
    }

    /// <summary>Starts another process if the present one ended by itself, as a platform does.</summary>
    public async Task Tend()
    {
        if (!Process.HasExited)
            return;
        _diedByThemselves.Add($"{Name} ended by itself with exit code {await Process.Exit()}");
        await Clear();
        Start();
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => Clear();

    // The database shows this name, so that the waiting session can be found.
    Dictionary<string, string> Settings(IReadOnlyDictionary<string, string>? more)
    {
        var all = new Dictionary<string, string>(settings);
        all["ConnectionStrings__Postgres"] = new NpgsqlConnectionStringBuilder(
            all["ConnectionStrings__Postgres"])
        { ApplicationName = Name }.ToString();
        foreach (var (name, value) in more ?? new Dictionary<string, string>())
            all[name] = value;
        return all;
    }

    async ValueTask Clear()
    {
        if (_process is null)
            return;
        await _process.DisposeAsync();
        _process = null;
        lock (_log!)
            _log.Dispose();
    }
}
