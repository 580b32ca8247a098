using Orchestrator.Simulation.Parties;

namespace Orchestrator.Simulation.Worlds;

/// <summary>All that one run consists of, but for what the parties are.</summary>
public sealed class World
{
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(20);

    // While things go wrong, often; what goes on for hours and days is looked at now and then.
    static readonly TimeSpan OftenFor = TimeSpan.FromMinutes(20), Often = TimeSpan.FromSeconds(5), Seldom = TimeSpan.FromMinutes(5);

    readonly Dictionary<string, Process> _processes = [];
    readonly Dictionary<string, Machine> _machines = [];
    TimeSpan _clockError;

    /// <summary>A run that has not begun.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="defect">The deliberate mistake, if there is one.</param>
    /// <param name="only">The faults that may strike; all when absent.</param>
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

    /// <summary>Random numbers for what is to happen, apart from faults.</summary>
    public Dice Dice { get; }

    /// <summary>The thread and its clock.</summary>
    public EventLoop Loop { get; } = new();

    /// <summary>What goes wrong.</summary>
    public Faults Faults { get; }

    /// <summary>The broker.</summary>
    public Network Network { get; }

    /// <summary>The rows that somebody else holds.</summary>
    internal RowLocks Locks { get; }

    /// <summary>Whom a participant answers wrongly, and until when; nobody when absent.</summary>
    internal (string Queue, Guid Saga, DateTimeOffset Until)? WrongEpochs { get; set; }

    /// <summary>Whether the participant of a queue answers a saga wrongly.</summary>
    internal bool IsAnsweredWrongly(string queue, Guid saga) =>
        WrongEpochs is { } wrong && (wrong.Queue, wrong.Saga) == (queue, saga) && Loop.Now < wrong.Until;

    /// <summary>The processes that live or are about to be replaced.</summary>
    internal IReadOnlyCollection<Process> Processes => _processes.Values;

    /// <summary>The names of the machines.</summary>
    public IReadOnlyList<string> Machines => [.. _machines.Keys];

    /// <summary>Told again and again, as long as it lasts, how much time has passed.</summary>
    internal event Action<TimeSpan>? Looked;

    /// <summary>The clock of the sagas' store, which leaps now and then.</summary>
    public TimeProvider StoreTime { get; }

    /// <summary>Whether everything has come to its end.</summary>
    internal bool IsOver { get; private set; }

    /// <summary>Whether something stood still or was forgotten. What comes after that says nothing more, and takes long.</summary>
    internal bool IsBrokenOff { get; private set; }

    /// <summary>A random number for what is to happen: from 0 up to, but not including, the limit.</summary>
    public int Below(int limit) => Dice.Below(limit);

    /// <summary>A random time.</summary>
    public TimeSpan Within(TimeSpan longest) => Dice.Within(longest);

    /// <summary>Runs a process, and again whenever it has died.</summary>
    public void Host(string name, Action<Process> start)
    {
        _machines[name] = new Machine(Loop);
        _ = Loop.Start(() =>
        {
            Start(name, start, life: 1);
            return Task.CompletedTask;
        });
    }

    /// <summary>Ends a process, after which it starts anew.</summary>
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

    /// <summary>The clock of a machine leaps.</summary>
    internal void SetClock(string machine, TimeSpan error) => _machines[machine].ClockError = error;

    /// <summary>Ends the run before anything has come to its end.</summary>
    internal void BreakOff()
    {
        (IsBrokenOff, IsOver) = (true, true);
        Loop.Stop();
    }

    /// <summary>Runs everything to its end.</summary>
    /// <param name="calmAfter">From then on nothing goes wrong any more.</param>
    /// <param name="horizon">What has not come to its end by then never will.</param>
    /// <param name="isDone">Whether nothing is left to wait for.</param>
    /// <param name="isLeftOver">Whether a message that comes again and again will never be of use.</param>
    /// <returns>Whether it came to its end.</returns>
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
