using Orchestrator.Simulation.Parties;

namespace Orchestrator.Simulation.Worlds;

/// <summary>The world of one run: everything except the parties.</summary>
public sealed class World
{
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(20);

    // The checks run often while faults strike, and seldom during the hours and days after that.
    static readonly TimeSpan OftenFor = TimeSpan.FromMinutes(20), Often = TimeSpan.FromSeconds(5), Seldom = TimeSpan.FromMinutes(5);

    readonly Dictionary<string, Process> _processes = [];
    readonly Dictionary<string, Machine> _machines = [];
    TimeSpan _clockError;

    /// <summary>Creates a run that has not begun.</summary>
    /// <param name="seed">The seed of all random choices.</param>
    /// <param name="defect">The deliberate mistake, if there is one.</param>
    /// <param name="only">The faults that may strike; null for all.</param>
    internal World(ulong seed, Defect defect, IReadOnlySet<StruckFault>? only = null)
    {
        Dice = new Dice(seed);
        Defect = defect;
        Faults = new Faults(seed, only);
        Network = new Network(Loop, Faults, defect, Dice.Next());
        Locks = new RowLocks(Loop);
        StoreTime = Loop.Wrong(() => _clockError);
    }

    /// <summary>The deliberate mistake, if there is one.</summary>
    public Defect Defect { get; }

    /// <summary>Random numbers for all events except faults.</summary>
    public Dice Dice { get; }

    /// <summary>The thread and its clock.</summary>
    public EventLoop Loop { get; } = new();

    /// <summary>The faults.</summary>
    public Faults Faults { get; }

    /// <summary>The broker.</summary>
    public Network Network { get; }

    /// <summary>The rows that another session has locked.</summary>
    internal RowLocks Locks { get; }

    /// <summary>The queue and the saga for which a participant answers with a wrong epoch, and until when; null for none.</summary>
    internal (string Queue, Guid Saga, DateTimeOffset Until)? WrongEpochs { get; set; }

    /// <summary>Whether the participant of a queue answers a saga wrongly.</summary>
    internal bool IsAnsweredWrongly(string queue, Guid saga) =>
        WrongEpochs is { } wrong && (wrong.Queue, wrong.Saga) == (queue, saga) && Loop.Now < wrong.Until;

    /// <summary>The processes that live, or have died and will be replaced.</summary>
    internal IReadOnlyCollection<Process> Processes => _processes.Values;

    /// <summary>The names of the machines.</summary>
    public IReadOnlyList<string> Machines => [.. _machines.Keys];

    /// <summary>Raised again and again during the run, with the time since the last call.</summary>
    internal event Action<TimeSpan>? Looked;

    /// <summary>The clock of the sagas' store, which sometimes jumps.</summary>
    public TimeProvider StoreTime { get; }

    /// <summary>Whether the run has ended.</summary>
    internal bool IsOver { get; private set; }

    /// <summary>
    /// Whether the run was broken off at the first violation of liveness. The rest would take long and give no more information.
    /// </summary>
    internal bool IsBrokenOff { get; private set; }

    /// <summary>A random number from 0 up to, but not including, the limit.</summary>
    public int Below(int limit) => Dice.Below(limit);

    /// <summary>A random time.</summary>
    public TimeSpan Within(TimeSpan longest) => Dice.Within(longest);

    /// <summary>Runs a process, and starts it again each time it has died.</summary>
    public void Host(string name, Action<Process> start)
    {
        _machines[name] = new Machine(Loop);
        _ = Loop.Start(() =>
        {
            Start(name, start, life: 1);
            return Task.CompletedTask;
        });
    }

    /// <summary>Ends a process. It starts again after that.</summary>
    public void Restart(string name) => _processes[name].Die();

    /// <summary>A machine does not reach the broker for a time.</summary>
    internal void CutFromBroker(string machine, TimeSpan howLong)
    {
        _machines[machine].BrokerBack = Loop.Now + howLong;
        _processes[machine].Disconnect();
        Loop.After(howLong, () => _processes[machine].Connect());
    }

    /// <summary>A machine does not reach the database for a time.</summary>
    internal void CutFromDatabase(string machine, TimeSpan howLong) => _machines[machine].DatabaseBack = Loop.Now + howLong;

    /// <summary>The database refuses a machine's logins for a time.</summary>
    internal void RefuseLogins(string machine, TimeSpan howLong) => _machines[machine].LoginsBack = Loop.Now + howLong;

    /// <summary>Sets the error of a machine's clock.</summary>
    internal void SetClock(string machine, TimeSpan error) => _machines[machine].ClockError = error;

    /// <summary>Ends the run early.</summary>
    internal void BreakOff()
    {
        (IsBrokenOff, IsOver) = (true, true);
        Loop.Stop();
    }

    /// <summary>Runs until all sagas have ended.</summary>
    /// <param name="calmAfter">The time after which no fault strikes any more.</param>
    /// <param name="horizon">The longest time of the run.</param>
    /// <param name="isDone">Whether the run need not wait for anything more.</param>
    /// <param name="isLeftOver">Whether a message that comes again and again can never be handled.</param>
    /// <returns>Whether the run ended in time.</returns>
    internal bool Run(TimeSpan calmAfter, TimeSpan horizon, Func<bool> isDone, Func<Delivery, bool> isLeftOver)
    {
        for (var i = Below(3); i > 0; i--)
            Loop.After(Within(calmAfter), JumpClock);
        _ = Loop.Start(async () =>
        {
            await Loop.Delay(calmAfter);
            Faults.AreOver = true;
            do
                await Loop.Delay(BetweenLooks);
            while (Network.Under > Network.Later.Count || !Network.Later.All(isLeftOver) || !isDone());
            IsOver = true;
            Loop.Stop();
        });
        _ = Loop.Start(Look);
        Loop.Run(Loop.Now + horizon);
        foreach (var process in _processes.Values)
            process.End();
        return IsOver;
    }

    async Task Look()
    {
        for (var began = Loop.Now; !IsOver;)
        {
            var pause = Loop.Now - began < OftenFor ? Often : Seldom;
            await Loop.Delay(pause);
            Looked?.Invoke(pause);
        }
    }

    void JumpClock()
    {
        if (Faults.Strikes(Fault.ClockJump, 500))
            _clockError = TimeSpan.FromSeconds(Below(240) - 120);
    }

    void Start(string name, Action<Process> start, int life)
    {
        start(_processes[name] = new Process(
            $"{name}#{life}", _machines[name], Loop, Network, Faults, Defect, Dice.Next(), () => Loop.After(
            TimeSpan.FromSeconds(1 + Below(15)),
            () => _ = Loop.Start(() =>
            {
                Start(name, start, life + 1);
                return Task.CompletedTask;
            }))));
    }
}
