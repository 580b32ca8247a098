namespace Orchestrator.Simulation.Worlds;

/// <summary>One thread and one clock. The order of all events depends only on the program.</summary>
/// <remarks>
/// Tasks that are started here continue here, because an <c>await</c> returns to its scheduler. Time stands still while there is work, and
/// then jumps to the next timer.
/// </remarks>
public sealed class EventLoop : TaskScheduler
{
    readonly Queue<Task> _ready = new();
    readonly PriorityQueue<Action, (long At, long Order)> _timers = new();
    readonly int _thread = Environment.CurrentManagedThreadId;
    long _order;
    bool _isStopped;

    /// <summary>Creates a loop at the start of its time.</summary>
    internal EventLoop() => Time = new VirtualTime(this, () => TimeSpan.Zero);

    /// <summary>The time, in UTC.</summary>
    public DateTimeOffset Now { get; private set; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The loop's clock as the product sees it.</summary>
    public TimeProvider Time { get; }

    /// <summary>A clock that runs like the loop's clock, with an offset.</summary>
    internal TimeProvider Wrong(Func<TimeSpan> by) => new VirtualTime(this, by);

    /// <summary>Runs an action after a time. With a time of zero it runs after all ready work.</summary>
    public void After(TimeSpan delay, Action action) =>
        _timers.Enqueue(action, ((Now + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero)).UtcTicks, _order++));

    /// <summary>Completes after a time.</summary>
    internal Task Delay(TimeSpan delay)
    {
        var passed = new TaskCompletionSource();
        After(delay, passed.SetResult);
        return passed.Task;
    }

    /// <summary>Starts work on this loop.</summary>
    internal Task Start(Func<Task> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, this).Unwrap();

    /// <summary>Ends the run, even if timers are left. These are mostly timers of dead processes.</summary>
    internal void Stop() => _isStopped = true;

    /// <summary>Runs until it is stopped, no work is left, or the time is over.</summary>
    internal void Run(DateTimeOffset until)
    {
        // The context of a test runner would run the continuations on other threads.
        var outside = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            RunHere(until);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outside);
        }
    }

    /// <inheritdoc />
    protected override void QueueTask(Task task)
    {
        if (Environment.CurrentManagedThreadId != _thread)
            throw new InvalidOperationException(
                "work has left the loop's thread and returned on another one, so the run would not be repeatable");
        _ready.Enqueue(task);
    }

    /// <inheritdoc />
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    /// <inheritdoc />
    protected override IEnumerable<Task> GetScheduledTasks() => _ready;

    void RunHere(DateTimeOffset until)
    {
        while (true)
        {
            while (_ready.TryDequeue(out var task))
                TryExecuteTask(task);
            if (_isStopped || !_timers.TryPeek(out _, out var next) || next.At > until.UtcTicks)
                return;
            var action = _timers.Dequeue();
            Now = new DateTimeOffset(Math.Max(next.At, Now.UtcTicks), TimeSpan.Zero);
            action();
        }
    }

    sealed class VirtualTime(EventLoop loop, Func<TimeSpan> offset) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => loop.Now + offset();

        public override long GetTimestamp() => loop.Now.UtcTicks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new VirtualTimer(loop, () => callback(state), dueTime, period);
    }

    sealed class VirtualTimer : ITimer
    {
        readonly EventLoop _loop;
        readonly Action _callback;
        int _generation;

        public VirtualTimer(EventLoop loop, Action callback, TimeSpan dueTime, TimeSpan period)
        {
            (_loop, _callback) = (loop, callback);
            Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var generation = ++_generation;
            if (dueTime != Timeout.InfiniteTimeSpan)
                _loop.After(dueTime, () => Fire(generation, period));
            return true;
        }

        public void Dispose() => _generation++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        void Fire(int generation, TimeSpan period)
        {
            if (generation != _generation)
                return;
            _callback();
            if (generation == _generation && period > TimeSpan.Zero)
                _loop.After(period, () => Fire(generation, period));
        }
    }
}
