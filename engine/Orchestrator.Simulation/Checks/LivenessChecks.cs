using Orchestrator.Engine;
using Orchestrator.Simulation.Parties;
using Orchestrator.Simulation.Scenarios;
using Orchestrator.Simulation.Worlds;
using Orchestrator.Storage;

namespace Orchestrator.Simulation.Checks;

/// <summary>What must hold all the time: everything moves but what is blocked itself, and what is blocked causes little traffic.</summary>
/// <remarks>
/// Nothing needs to know what is blocked: a message that needs it is deferred, which ends its wait here and begins one in a redelivery
/// queue. So no message may lie in a queue or keep its slot for long while the processes that could handle it are well.
/// </remarks>
sealed class LivenessChecks<TData>
    where TData : SagaData
{
    /// <summary>
    /// How many messages a saga may cause in an hour: so many, and more if it has many steps; and how many more for each that it is sent,
    /// which may be put off.
    /// </summary>
    /// <remarks>
    /// A saga one of whose participants takes nothing spends ten attempts at an undo after five at the step; what tells it to comes again
    /// about five times for each: up to 200.
    /// </remarks>
    const int MostAnHour = 250, MostForAStep = 50, MostForEach = 12;

    // For each instance. Few of them are as they should be.
    const int MostDeadLetters = 10;

    /// <summary>How many of a kind are told; one tells as much as a hundred.</summary>
    const int Told = 5;

    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60), LongestDeafness = TimeSpan.FromSeconds(60),
    LatestDeadline = TimeSpan.FromMinutes(10);

    readonly World _world;
    readonly MemoryDatabase _store;
    readonly Worker<TData> _worker;
    readonly Blockades _blockades;
    readonly IReadOnlyCollection<Guid> _instances;
    readonly HashSet<string> _waits = [], _deafness = [], _late = [];
    Dictionary<Delivery, TimeSpan> _waited = new(ReferenceEqualityComparer.Instance);
    Dictionary<(Process, string Queue), TimeSpan> _deaf = [];
    Dictionary<Guid, Due> _due = [];

    /// <summary>Looks from now on.</summary>
    public LivenessChecks(World world, MemoryDatabase store, Worker<TData> worker, Blockades blockades, IReadOnlyCollection<Guid> instances)
    {
        (_world, _store, _worker, _blockades, _instances) = (world, store, worker, blockades, instances);
        world.Looked += Look;
    }

    int Most => Math.Max(MostAnHour, MostForAStep * _worker.First.Steps.Count);

    /// <summary>What did not hold, a sentence each.</summary>
    public IEnumerable<string> Violations() =>
    [
        .. _waits.Take(Told), .. _deafness.Take(Told), .. _late.Take(Told), .. _worker.WrongLeases.Take(Told),
        .. _worker.Traffic.Where(hour => hour.Value.Caused > Most + MostForEach * hour.Value.Came).DistinctBy(hour => hour.Key.SagaId)
        .Take(Told)
            .Select(hour => $"saga {hour.Key.SagaId} caused {hour.Value.Caused} messages in one hour"),
    ];

    void Look(TimeSpan passed)
    {
        LookForWaits(passed);
        LookForDeafness(passed);
        LookForLateDeadlines(passed);
        if (_waits.Count + _deafness.Count + _late.Count > 0 || _world.Network.DeadLetters.Count > MostDeadLetters * _instances.Count)
            _world.BreakOff();
    }

    void LookForWaits(TimeSpan passed)
    {
        var waited = new Dictionary<Delivery, TimeSpan>(ReferenceEqualityComparer.Instance);
        foreach (var delivery in _world.Network.Waiting)
            Wait(delivery, !_world.Network.IsAlarmed && _world.Network.Receivers(delivery.Queue).Any(process => process.IsWell),
                "nobody had room for it");
        foreach (var process in _world.Processes)
        {
            foreach (var delivery in process.Held)
                Wait(delivery, !_world.Network.IsAlarmed && process.IsWell, $"it kept its slot in {process}");
        }

        _waited = waited;

        void Wait(Delivery delivery, bool isWell, string how)
        {
            waited[delivery] = _waited.TryGetValue(delivery, out var before) ? before + (isWell ? passed : TimeSpan.Zero) : TimeSpan.Zero;
            if (waited[delivery] > LongestWait)
            {
                var (type, saga) = (delivery.Message.Type.Name, delivery.Message.Read().SagaId);
                _waits.Add($"{type} of {saga} waited for more than {LongestWait.TotalSeconds} s in {delivery.Queue}: {how}");
            }
        }
    }

    void LookForDeafness(TimeSpan passed)
    {
        var deaf = new Dictionary<(Process, string), TimeSpan>();
        foreach (var process in _world.Processes.Where(process => process.IsWell))
        {
            foreach (var queue in process.Queues.Where(queue => !_world.Network.Receivers(queue).Contains(process)))
            {
                deaf[(process, queue)] = _deaf.TryGetValue((process, queue), out var before) ? before + passed : TimeSpan.Zero;
                if (deaf[(process, queue)] > LongestDeafness)
                    _deafness.Add(
                        $"{process} takes nothing from {queue}, although it has reached broker and database for "
                        + $"{LongestDeafness.TotalSeconds} s");
            }
        }

        _deaf = deaf;
    }

    // A lease moves the deadline and leaves the version as it is, so the first that is seen of a version is the true one.
    void LookForLateDeadlines(TimeSpan passed)
    {
        var now = _world.StoreTime.GetUtcNow();
        var rows = _store.ReadNow(sql => sql.Query(
            "SELECT id, version, deadline, definition_version, business_key FROM saga WHERE deadline IS NOT NULL",
            row => (Id: row.GetGuid(0), Version: row.GetInt64(1), Deadline: SqliteTime.Parse(row.GetString(2)), Definition: row.GetInt32(3),
                Key: row.GetString(4))));
        var due = new Dictionary<Guid, Due>();
        foreach (var row in rows.Where(row => !_blockades.WasUnreadable(row.Id)))
        {
            var before = _due.TryGetValue(row.Id, out var seen) && seen.Version == row.Version
                ? seen : new Due(row.Version, row.Deadline, TimeSpan.Zero);
            var at = row.Deadline < before.At ? row.Deadline : before.At;
            var counts = at < now && !_world.Network.IsAlarmed && !_world.Locks.Has(Worker<TData>.Party, row.Id) && CanMove(row.Definition);
            due[row.Id] = before with { At = at, Late = counts ? before.Late + passed : before.Late };
            if (due[row.Id].Late > LatestDeadline)
                _late.Add($"the deadline of {row.Key} passed more than {LatestDeadline.TotalMinutes} minutes ago, and it was not told");
        }

        _due = due;
    }

    bool CanMove(int definition) =>
        _world.Processes.Any(process => process.IsWell && _worker.Definitions.GetValueOrDefault(process) >= definition);

    readonly record struct Due(long Version, DateTimeOffset At, TimeSpan Late);
}
