using Orchestrator.Tests.Generator;

namespace Orchestrator.Tests.Simulation.Engine;

/// <summary>All that one run consists of, but for what the parties are.</summary>
sealed class World
{
    static readonly TimeSpan LongestRun = TimeSpan.FromDays(14);
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(20);

    readonly Dictionary<string, Process> _processes = [];
    SplitMix64 _dice;
    TimeSpan _clockError;

    /// <summary>A run that has not begun.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="only">The faults that may strike; all when absent.</param>
    public World(ulong seed, IReadOnlySet<StruckFault>? only = null)
    {
        _dice = new SplitMix64(seed);
        Faults = new Faults(seed, only);
        Network = new Network(Loop, Faults, _dice.Next());
        StoreTime = Loop.Wrong(() => _clockError);
    }

    /// <summary>The thread and its clock.</summary>
    public EventLoop Loop { get; } = new();

    /// <summary>What goes wrong.</summary>
    public Faults Faults { get; }

    /// <summary>The broker.</summary>
    public Network Network { get; }

    /// <summary>The clock of the sagas' store, which leaps now and then.</summary>
    public TimeProvider StoreTime { get; }

    /// <summary>Whether everything has come to its end.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Random numbers for what is to happen, apart from faults.</summary>
    public int Below(int limit) => _dice.Below(limit);

    /// <summary>A random time.</summary>
    public TimeSpan Within(TimeSpan longest) => TimeSpan.FromMilliseconds(Below((int)longest.TotalMilliseconds));

    /// <summary>Runs a process, and again whenever it has died.</summary>
    public void Host(string name, Action<Process> start) => _ = Loop.Start(() =>
    {
        Start(name, start, life: 1);
        return Task.CompletedTask;
    });

    /// <summary>Ends a process, after which it starts anew.</summary>
    public void Restart(string name) => _processes[name].Die();

    /// <summary>Runs everything to its end.</summary>
    /// <param name="calmAfter">From then on nothing goes wrong any more.</param>
    /// <param name="isDone">Whether nothing is left to wait for.</param>
    /// <returns>Whether it came to its end.</returns>
    public bool Run(TimeSpan calmAfter, Func<bool> isDone)
    {
        for (var i = Below(3); i > 0; i--)
            Loop.After(Within(calmAfter), JumpClock);
        _ = Loop.Start(async () =>
        {
            await Loop.Delay(calmAfter);
            Faults.AreOver = true;
            do
                await Loop.Delay(BetweenLooks);
            while (Network.Under > 0 || !isDone());
            IsOver = true;
        });
        return Loop.Run(Loop.Now + LongestRun) && IsOver;
    }

    void JumpClock()
    {
        if (Faults.Strikes(Fault.ClockJump, 500))
            _clockError = TimeSpan.FromSeconds(Below(240) - 120);
    }

    void Start(string name, Action<Process> start, int life)
    {
        start(_processes[name] = new Process($"{name}#{life}", Loop, Network, Faults, _dice.Next(), () => Loop.After(
            TimeSpan.FromSeconds(1 + Below(15)),
            () => _ = Loop.Start(() =>
            {
                Start(name, start, life + 1);
                return Task.CompletedTask;
            }))));
    }
}
