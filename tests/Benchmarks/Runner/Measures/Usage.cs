using Orchestrator.Tests.Benchmarks.Site;

namespace Orchestrator.Tests.Benchmarks.Measures;

/// <summary>The resources that a run of a contender uses: in its own processes and in the servers.</summary>
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

    /// <summary>Begins to measure.</summary>
    public static Usage Watch(BenchServers servers, Contender contender) => new(
    [
        .. contender.Hosts.Select(host => (host.Name, host.Id)),
        ("broker", servers.Rabbit.ProcessId), ("database", servers.Postgres.ProcessId), ("bench", Environment.ProcessId),
    ]);

    /// <summary>Stops the measurement.</summary>
    /// <returns>The usage of each process, in their order.</returns>
    public IReadOnlyList<(string Name, ProcessTree Used, long MostResident)> End()
    {
        _sampler.Dispose();
        Sample();
        return [.. _processes.Select((process, i) => (process.Name, Read(process.Id) - _before[i], _resident[i]))];
    }

    // The other processes are descendants of the bench.
    static ProcessTree Read(int id) => id == Environment.ProcessId ? ProcessTree.Alone(id) : ProcessTree.Read(id);

    void Sample()
    {
        foreach (var (i, process) in _processes.Index())
            _resident[i] = Math.Max(_resident[i], ProcessTree.Resident(process.Id));
    }
}
