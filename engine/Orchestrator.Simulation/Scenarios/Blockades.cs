using Orchestrator.Simulation.Worlds;

namespace Orchestrator.Simulation.Scenarios;

/// <summary>
/// What is blocked, unreadable, away or wrong for a while, so that everything else must go on and nothing may stay as it is.
/// </summary>
/// <param name="world">Where it takes place.</param>
/// <param name="store">The sagas' rows.</param>
/// <param name="storm">How long things go wrong.</param>
sealed class Blockades(World world, MemoryDatabase store, TimeSpan storm)
{
    // It is JSON, as the store demands, and no saga.
    const string Garbage = """{"steps":5}""";

    const int MostLooks = 200, HostClocks = 3;

    readonly HashSet<Guid> _unreadable = [];

    /// <summary>Whether a row can't be read now.</summary>
    public bool IsAnyUnreadable { get; private set; }

    /// <summary>Whether the saga's row could not be read for a while.</summary>
    public bool WasUnreadable(Guid saga) => _unreadable.Contains(saga);

    /// <summary>Plans what is to happen.</summary>
    /// <param name="queues">The queues that may be full.</param>
    /// <param name="parties">The parties at which a saga's row may be locked.</param>
    /// <param name="instances">The instances, and when they begin.</param>
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
            // Only the workers' clocks could matter.
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

    // Which goes first and which returns first is as it falls.
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

    // Not before they are there.
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
        // What had read it before may have moved it on.
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
