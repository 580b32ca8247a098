using Orchestrator.Engine;
using Orchestrator.Simulation.Parties;
using Orchestrator.Simulation.Scenarios;
using Orchestrator.Simulation.Worlds;
using Orchestrator.Storage;

namespace Orchestrator.Simulation.Checks;

/// <summary>
/// Checks during the whole run: all messages and sagas move unless they are blocked themselves, and blocked ones cause little traffic.
/// </summary>
/// <remarks>
/// The checks need not know what is blocked. A message that needs a blocked thing is deferred, so it waits in a redelivery queue. So no
/// message may wait in a queue or keep its slot for long while the processes that could handle it work.
/// </remarks>
sealed class LivenessChecks<TData>
    where TData : SagaData
{
    /// <summary>
    /// The limit for the messages that a saga may cause in an hour: a basic limit, more if the saga has many steps, and more for each
    /// message that is sent to it, which may be deferred.
    /// </summary>
    /// <remarks>
    /// If a participant takes no messages, its saga makes five attempts at the step and then ten at the undo. For each attempt the message
    /// that caused it comes again about five times. This is up to 200.
    /// </remarks>
    const int MostAnHour = 250, MostForAStep = 50, MostForEach = 12;

    // The limit for each saga. A few dead letters are expected.
    const int MostDeadLetters = 10;

    /// <summary>How many violations of one kind are reported. More would not help.</summary>
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

    /// <summary>Starts the checks.</summary>
    public LivenessChecks(World world, MemoryDatabase store, Worker<TData> worker, Blockades blockades, IReadOnlyCollection<Guid> instances)
    {
        (_world, _store, _worker, _blockades, _instances) = (world, store, worker, blockades, instances);
        world.Looked += Look;
    }

    int Most => Math.Max(MostAnHour, MostForAStep * _worker.First.Steps.Count);

    /// <summary>The violations, one sentence each.</summary>
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
                "no process had a free slot for it");
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
                        $"{process} takes no messages from {queue}, although it has reached broker and database for "
                        + $"{LongestDeafness.TotalSeconds} s");
            }
        }

        _deaf = deaf;
    }

    // A lease moves the deadline and does not change the version. So the first deadline that is seen for a version is the true one.
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
