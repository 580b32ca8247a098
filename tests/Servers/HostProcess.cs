using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Tests.Servers;

/// <summary>A host in a process of its own. A test can wait for its health, stop it gently, or kill it.</summary>
public sealed class HostProcess : IAsyncDisposable
{
    static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(20) };

    // The process ends with this one in any case. Only this process holds the other end of the pipe that the shell reads from.
    const string Guard = "trap '' HUP INT TERM; read -r _; kill -9 \"$1\"";

    readonly Process _process, _guard;
    readonly ConcurrentQueue<string> _said = new();
    readonly Uri _address;
    readonly Action<string>? _listener;
    readonly string? _log;

    HostProcess(Process process, string name, Uri address, Action<string>? listener, string? log)
    {
        (_process, Name, _address, _listener, _log) = (process, name, address, listener, log);
        _guard = Process.Start(
            new ProcessStartInfo(
                "sh", ["-c", Guard, "sh", process.Id.ToString(CultureInfo.InvariantCulture)])
            { RedirectStandardInput = true })!;
        if (log is not null)
            return;
        process.OutputDataReceived += Hear;
        process.ErrorDataReceived += Hear;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The program of the host, with its arguments.</summary>
    public string Name { get; }

    /// <summary>All output so far.</summary>
    public string Output => _log is null ? string.Join(Environment.NewLine, _said) : File.Exists(_log) ? File.ReadAllText(_log) : "";

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>True when the host has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Completes when the host has ended.</summary>
    public Task Ended => _process.WaitForExitAsync();

    /// <summary>The address of its health checks.</summary>
    public Uri Health => new(_address, "/health/ready");

    /// <summary>Starts a host.</summary>
    /// <param name="program">The assembly of the host.</param>
    /// <param name="settings">The settings, as environment variables.</param>
    /// <param name="listener">Gets each line of output.</param>
    /// <param name="port">The port of its health checks; a free port by default.</param>
    /// <param name="log">The file for the output. Then no listener gets it, and only the host uses the processor for it.</param>
    /// <param name="openFiles">The number of files that it may have open; that of this process by default.</param>
    /// <param name="arguments">The arguments.</param>
    public static HostProcess Start(
        string program, IEnumerable<KeyValuePair<string, string>> settings, Action<string>? listener = null, int? port = null,
        string? log = null,
        int? openFiles = null, params string[] arguments)
    {
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port ?? FreePort.Next()}"));
        string[] command = ["dotnet", program, .. arguments];
        if (openFiles is { } files)
            command = ["sh", "-c", "ulimit -n \"$1\"; shift; exec \"$@\"", "sh", files.ToString(CultureInfo.InvariantCulture), .. command];
        if (log is not null)
            command = ["sh", "-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1", "sh", log, .. command];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = log is null,
            RedirectStandardError = log is null,
            RedirectStandardInput = true,
            Environment = { ["ASPNETCORE_URLS"] = address.ToString() },
        };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        return new HostProcess(
            Process.Start(start)!, string.Join(' ', [Path.GetFileNameWithoutExtension(program), .. arguments]), address, listener, log);
    }

    /// <summary>Waits until the host takes messages.</summary>
    /// <exception cref="InvalidOperationException">The host ended, or did not come up in time. The message has its output.</exception>
    public async Task Ready(TimeSpan? within = null)
    {
        var limit = within ?? TimeSpan.FromMinutes(5);
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < limit && !_process.HasExited; await Task.Delay(50))
        {
            if (await Answers(Health) == 200)
                return;
        }

        throw new InvalidOperationException($"{Name} is not ready:{Environment.NewLine}{Output}");
    }

    /// <summary>The report of its health, in JSON.</summary>
    public async Task<string> HealthReport()
    {
        using var answer = await Http.GetAsync(Health);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>The status of a health check.</summary>
    /// <returns>The HTTP status; 0 without an answer.</returns>
    public async Task<int> Answers(string path) => await Answers(new Uri(_address, path));

    /// <summary>Kills the host, as <c>kill -9</c> does.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Asks the host to stop, as the platform does, and waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> Stop()
    {
        await Signal("TERM");
        return await Exit();
    }

    /// <summary>
    /// Pauses the host, as a machine without free processor time does. It keeps its connections, its locks and its messages.
    /// </summary>
    public Task Pause() => Signal("STOP");

    /// <summary>Lets the host go on.</summary>
    public Task Resume() => Signal("CONT");

    /// <summary>Waits for the end of the host.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> Exit()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
        return _process.ExitCode;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        // First, since its process id may belong to another process later.
        _guard.Kill();
        if (!_process.HasExited)
            _process.Kill();
        await Task.WhenAll(_process.WaitForExitAsync(), _guard.WaitForExitAsync());
        _process.Dispose();
        _guard.Dispose();
    }

    async Task Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    static async Task<int> Answers(Uri address)
    {
        try
        {
            using var answer = await Http.GetAsync(address);
            return (int)answer.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return 0;
        }
    }

    void Hear(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
            return;
        _said.Enqueue(line.Data);
        _listener?.Invoke(line.Data);
    }
}
