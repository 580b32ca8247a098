using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Tests.Servers;

/// <summary>A host in a process of its own, with health to wait for, and an end that can be gentle or not.</summary>
public sealed class HostProcess : IAsyncDisposable
{
    static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(20) };

    // It does not outlive this process, however that ends: only we hold the other end of the pipe that the shell reads from.
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

    /// <summary>The host's program, with its arguments.</summary>
    public string Name { get; }

    /// <summary>Everything that it has printed so far.</summary>
    public string Output => _log is null ? string.Join(Environment.NewLine, _said) : File.Exists(_log) ? File.ReadAllText(_log) : "";

    /// <summary>What tells its process from others.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Completes when it has ended.</summary>
    public Task Ended => _process.WaitForExitAsync();

    /// <summary>Where its health is asked for.</summary>
    public Uri Health => new(_address, "/health/ready");

    /// <summary>Starts a host.</summary>
    /// <param name="program">Its assembly.</param>
    /// <param name="settings">Its configuration, by environment variables.</param>
    /// <param name="listener">Hears each line that it prints.</param>
    /// <param name="port">Where its health is asked for; a free one unless given.</param>
    /// <param name="log">The file that takes what it prints: nobody hears it then, and nobody's processor is used for it but the
    /// host's.</param>
    /// <param name="openFiles">How many files it may have open; as many as this process unless given.</param>
    /// <param name="arguments">Its arguments.</param>
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

    /// <summary>Waits until it takes messages.</summary>
    /// <exception cref="InvalidOperationException">It ended, or did not come up in time; the message holds what it said.</exception>
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

    /// <summary>What its health says, in JSON.</summary>
    public async Task<string> HealthReport()
    {
        using var answer = await Http.GetAsync(Health);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>The status of a health check.</summary>
    /// <returns>The HTTP status, or 0 when nobody answers.</returns>
    public async Task<int> Answers(string path) => await Answers(new Uri(_address, path));

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Asks it to stop, as the platform does, and waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> Stop()
    {
        await Signal("TERM");
        return await Exit();
    }

    /// <summary>
    /// Takes the processor from it, as a machine does that is out of breath: it keeps its connections, its locks and its messages.
    /// </summary>
    public Task Pause() => Signal("STOP");

    /// <summary>Gives the processor back.</summary>
    public Task Resume() => Signal("CONT");

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> Exit()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
        return _process.ExitCode;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        // First: its process id may be another process's one day.
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
