namespace Orchestrator.Tests.Integration.Servers;

/// <summary>Collects the arguments of all processes of this machine, as every user can read them, until it is disposed of.</summary>
sealed class Arguments : IAsyncDisposable
{
    readonly HashSet<string> _seen = [];
    readonly CancellationTokenSource _end = new();
    readonly Task _looking;

    public Arguments() => _looking = Task.Factory.StartNew(Look, TaskCreationOptions.LongRunning);

    /// <summary>The arguments at this moment, one line for each process.</summary>
    public static IReadOnlyCollection<string> Now() =>
        [.. Directory.GetDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0]))
            .Select(process => Read($"{process}/cmdline"))];

    /// <summary>Ends the collection.</summary>
    /// <returns>All that was seen, one line for each process.</returns>
    public async Task<IReadOnlyCollection<string>> Seen()
    {
        await _end.CancelAsync();
        await _looking;
        return _seen;
    }

    public async ValueTask DisposeAsync()
    {
        await Seen();
        _end.Dispose();
    }

    // Programs that live for a tenth of a second must be seen too.
    void Look()
    {
        while (!_end.IsCancellationRequested)
            _seen.UnionWith(Now());
    }

    static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file).Replace('\0', ' ');
        }
        catch (IOException)
        {
            return "";
        }
    }
}
