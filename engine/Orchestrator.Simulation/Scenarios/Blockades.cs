using Orchestrator.Simulation.Worlds;

namespace Orchestrator.Simulation.Scenarios;

/// <summary>
/// Things that are blocked, unreadable, unreachable or wrong for a while. All others must continue meanwhile, and afterwards these must
/// continue too.
/// </summary>
/// <param name="world">The world of the run.</param>
/// <param name="store">The database of the sagas.</param>
/// <param name="storm">How long faults strike.</param>
sealed class Blockades(World world, MemoryDatabase store, TimeSpan storm)
{
    // It is valid JSON, which the store requires, but not the data of a saga.
    const string Garbage = """{"steps":5}""";

    const int MostLooks = 200, HostClocks = 3;

    readonly HashSet<Guid> _unreadable = [];

    /// <summary>Whether any saga's row can't be read now.</summary>
    public bool IsAnyUnreadable { get; private set; }

    /// <summary>Whether the saga's row could not be read for a while.</summary>
    public bool WasUnreadable(Guid saga) => _unreadable.Contains(saga);

    /// <summary>Plans the faults.</summary>
    /// <param name="queues">The queues that may be full.</param>
    /// <param name="parties">The parties at which a saga's row may be locked.</param>
    /// <param name="instances">The sagas, and when they start.</param>
    /// <param name="workers">The machines of the workers.</param>
    public void Plan(
        IReadOnlyList<string> queues, IReadOnlyList<string> parties, IReadOnlyList<(Guid Id, TimeSpan Begin)> instances,
        IReadOnlyList<string> workers)
    {
        if (world.Faults.Strikes(Fault.QueueLimit, 150, out var dice))
        {
            var (queue, howLong) = (dice.Of(queues), Long(dice, minutes: 10, hours: 2));
            After(dice.Within(storm / 2), () => world.Network.Fill(queue, howLong));
        }

        if (world.Faults.Strikes(Fault.LockedRow, 250, out dice))
        {
            var (party, saga, howLong) = (
                dice.Of(parties), dice.Of(instances), TimeSpan.FromSeconds(10) + dice.Within(TimeSpan.FromMinutes(10)));
            After(saga.Begin + dice.Within(TimeSpan.FromMilliseconds(200)), () => world.Locks.Lock(party, saga.Id, howLong));
        }

        if (world.Faults.Strikes(Fault.UnreadableRow, 200, out dice))
        {
            var (saga, howLong) = (dice.Of(instances), Long(dice, minutes: 30, hours: 6));
            After(saga.Begin + dice.Within(TimeSpan.FromMilliseconds(200)), () => Spoil(saga.Id, howLong, MostLooks));
        }

        if (world.Faults.Strikes(Fault.BrokerAlarm, 100, out dice))
        {
            var howLong = TimeSpan.FromSeconds(5) + dice.Within(TimeSpan.FromMinutes(5));
            After(dice.Within(storm / 2), () => world.Network.Alarm(howLong));
        }

        for (var i = 0; i < HostClocks; i++)
        {
            if (!world.Faults.Strikes(Fault.HostClockJump, 300, out dice))
                continue;
            // Mostly the workers' clocks, because only these could matter.
            var (machine, error) = (dice.Of(dice.Below(3) > 0 ? workers : world.Machines), TimeSpan.FromSeconds(dice.Below(3600) - 1800));
            After(dice.Within(storm / 2), () => world.SetClock(machine, error));
        }

        if (world.Faults.Strikes(Fault.RefusedLogin, 100, out dice))
        {
            IReadOnlyList<string> machines = dice.Below(2) == 0 ? world.Machines : [dice.Of(world.Machines)];
            var (at, howLong) = (dice.Within(storm / 2), TimeSpan.FromMinutes(1) + dice.Within(TimeSpan.FromMinutes(29)));
            foreach (var machine in machines)
                After(at, () => world.RefuseLogins(machine, howLong));
        }

        LoseServers();
        After(TimeSpan.Zero, LoseABinding);
    }

    // The order in which the servers go and return is random.
    void LoseServers()
    {
        if (!world.Faults.Strikes(Fault.DoubleOutage, 150, out var dice))
            return;
        IReadOnlyList<string> machines = dice.Below(2) == 0 ? world.Machines : [dice.Of(world.Machines)];
        var (begin, longest) = (dice.Within(storm / 2), TimeSpan.FromMinutes(3));
        var (broker, brokerAway) = (dice.Within(longest / 3), TimeSpan.FromSeconds(1) + dice.Within(longest));
        var (database, databaseAway) = (dice.Within(longest / 3), TimeSpan.FromSeconds(1) + dice.Within(longest));
        foreach (var machine in machines)
        {
            After(begin + broker, () => world.CutFromBroker(machine, brokerAway));
            After(begin + database, () => world.CutFromDatabase(machine, databaseAway));
        }
    }

    // Called when the bindings exist.
    void LoseABinding()
    {
        var bindings = world.Network.Bindings;
        if (!world.Faults.Strikes(Fault.LostBinding, 200, out var dice))
            return;
        var (type, queue) = dice.Of(bindings);
        After(dice.Within(storm / 2), () => world.Network.Unbind(queue, type));
    }

    void Spoil(Guid saga, TimeSpan howLong, int looks)
    {
        var data = store.ReadNow(sql => sql.First(
            "SELECT data FROM saga WHERE id = @id AND completed_at IS NULL", row => row.GetString(0), ("id", saga)));
        if (data is null)
        {
            if (looks > 0)
                After(TimeSpan.FromMilliseconds(50), () => Spoil(saga, howLong, looks - 1));
            return;
        }

        _unreadable.Add(saga);
        IsAnyUnreadable = true;
        store.WriteNow(sql => sql.Execute("UPDATE saga SET data = @garbage WHERE id = @id", ("garbage", Garbage), ("id", saga)));
        // A worker that had read the row before may have written it meanwhile.
        After(howLong, () =>
        {
            store.WriteNow(sql => sql.Execute(
                "UPDATE saga SET data = @data WHERE id = @id AND data = @garbage", ("data", data), ("id", saga), ("garbage", Garbage)));
            IsAnyUnreadable = false;
        });
    }

    void After(TimeSpan delay, Action action) => world.Loop.After(delay, action);

    static TimeSpan Long(Dice dice, int minutes, int hours) =>
        TimeSpan.FromMinutes(1) + dice.Within(dice.Below(4) > 0 ? TimeSpan.FromMinutes(minutes) : TimeSpan.FromHours(hours));
}
