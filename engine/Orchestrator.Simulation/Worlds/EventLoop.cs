namespace Orchestrator.Simulation.Worlds;

/// <summary>One thread and one clock: whatever happens, happens in a sequence that depends on nothing but the program.</summary>
/// <remarks>
/// Tasks that are started here continue here, since an <c>await</c> comes back to the scheduler that it left. Time stands
/// still while there is work, and then leaps to the next timer.
/// </remarks>
public sealed class EventLoop : TaskScheduler
{
    readonly Queue<Task> _ready = new();
    readonly PriorityQueue<Action, (long At, long Order)> _timers = new();
    readonly int _thread = Environment.CurrentManagedThreadId;
    long _order;
    bool _isStopped;

    /// <summary>A loop at the beginning of its time.</summary>
    internal EventLoop() => Time = new VirtualTime(this, () => TimeSpan.Zero);

    /// <summary>The time, in UTC.</summary>
    public DateTimeOffset Now { get; private set; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The loop's clock as the product sees it.</summary>
    public TimeProvider Time { get; }

    /// <summary>A clock that goes as the loop's does, and is wrong by an offset.</summary>
    internal TimeProvider Wrong(Func<TimeSpan> by) => new VirtualTime(this, by);

    /// <summary>Runs an action after a time; at once only after everything that is ready.</summary>
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

    /// <summary>Ends the run, whatever is left to do: timers of the dead, for the most part.</summary>
    internal void Stop() => _isStopped = true;

    /// <summary>Runs until it is stopped, nothing is left to do, or the time is over.</summary>
    internal void Run(DateTimeOffset until)
    {
        // A test runner's context would take the continuations elsewhere.
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
                "something left the loop's thread and came back from another: the run would not be the same twice");
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
