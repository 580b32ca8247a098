using Orchestrator.Tests.Benchmarks.Site;

namespace Orchestrator.Tests.Benchmarks.Measures;

/// <summary>What a contender's run uses: its own processes, and the servers on its behalf.</summary>
sealed class Usage
{
    readonly (string Name, int Id)[] _processes;
    readonly ProcessTree[] _before;
    readonly Timer _sampler;
    readonly long[] _resident;

    Usage((string Name, int Id)[] processes)
    {
        _processes = processes;
        _before = [.. processes.Select(process => Read(process.Id))];
        _resident = new long[processes.Length];
        _sampler = new Timer(_ => Sample(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(500));
    }

    /// <summary>Begins to watch.</summary>
    public static Usage Watch(BenchServers servers, Contender contender) => new(
    [
        .. contender.Hosts.Select(host => (host.Name, host.Id)),
        ("broker", servers.Rabbit.ProcessId), ("database", servers.Postgres.ProcessId), ("bench", Environment.ProcessId),
    ]);

    /// <summary>Stops watching.</summary>
    /// <returns>What each used, in the order of the processes.</returns>
    public IReadOnlyList<(string Name, ProcessTree Used, long MostResident)> End()
    {
        _sampler.Dispose();
        Sample();
        return [.. _processes.Select((process, i) => (process.Name, Read(process.Id) - _before[i], _resident[i]))];
    }

    // Everybody else descends from the bench.
    static ProcessTree Read(int id) => id == Environment.ProcessId ? ProcessTree.Alone(id) : ProcessTree.Read(id);

    void Sample()
    {
        foreach (var (i, process) in _processes.Index())
            _resident[i] = Math.Max(_resident[i], ProcessTree.Resident(process.Id));
    }
}
