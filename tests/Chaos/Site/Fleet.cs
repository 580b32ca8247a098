namespace Orchestrator.Tests.Chaos.Site;

/// <summary>All hosts: two of each.</summary>
sealed class Fleet : IAsyncDisposable
{
    const int Replicas = 2;

    // All hosts start at once, on a machine that has other work.
    static readonly TimeSpan StartTime = TimeSpan.FromMinutes(2);

    /// <summary>Makes the places. They are still empty.</summary>
    /// <param name="settings">The settings of the host of a party.</param>
    /// <param name="logs">The folder for the output of the hosts.</param>
    public Fleet(Func<string, IReadOnlyDictionary<string, string>> settings, string logs)
    {
        Directory.CreateDirectory(logs);
        Slots =
        [
            .. Programs.All.SelectMany(
                host => Enumerable.Range(0, Replicas).Select(replica => new Slot(host.Program, replica, settings(host.Party), logs))),
        ];
    }

    /// <summary>The places.</summary>
    public IReadOnlyList<Slot> Slots { get; }

    /// <summary>The workers' places.</summary>
    public IReadOnlyList<Slot> Workers => [.. Slots.Where(slot => slot.Name.StartsWith("worker", StringComparison.Ordinal))];

    /// <summary>Starts all hosts and waits until they take messages.</summary>
    public async Task Start()
    {
        foreach (var slot in Slots)
            slot.Start();
        await Ready();
    }

    /// <summary>Waits until all hosts take messages.</summary>
    /// <exception cref="InvalidOperationException">A host does not. The message has its output.</exception>
    public Task Ready() => Task.WhenAll(Slots.Select(slot => slot.Process.Ready(StartTime)));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var slot in Slots)
            await slot.DisposeAsync();
    }
}
