using System.Threading.Channels;

namespace Orchestrator.Tests.Unit;

/// <summary>A clock that a test moves. Any number of timers can wait for it.</summary>
sealed class ManualTime : TimeProvider
{
    readonly List<Timer> _timers = [];
    readonly Channel<TimeSpan> _armed = Channel.CreateUnbounded<TimeSpan>();
    TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state), period) { Due = _now + dueTime };
        if (dueTime != Timeout.InfiniteTimeSpan)
            Arm(timer);
        _armed.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Waits until code under test begins to wait.</summary>
    /// <returns>The length of that wait.</returns>
    public async Task<TimeSpan> Armed()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await _armed.Reader.ReadAsync(patience.Token);
    }

    /// <summary>Moves the clock forward.</summary>
    public void Pass(TimeSpan time)
    {
        _now += time;
        List<Timer> due;
        lock (_timers)
        {
            due = _timers.FindAll(timer => timer.Due <= _now);
            _timers.RemoveAll(due.Contains);
        }

        foreach (var timer in due)
        {
            if (timer.Period != Timeout.InfiniteTimeSpan)
            {
                timer.Due = _now + timer.Period;
                Arm(timer);
            }

            timer.Fire();
        }
    }

    void Arm(Timer timer)
    {
        lock (_timers)
            _timers.Add(timer);
    }

    sealed class Timer(ManualTime time, Action fire, TimeSpan period) : ITimer
    {
        public TimeSpan Period => period;

        public TimeSpan Due { get; set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Dispose();
            Due = time._now + dueTime;
            if (dueTime != Timeout.InfiniteTimeSpan)
                time.Arm(this);
            return true;
        }

        public void Dispose()
        {
            lock (time._timers)
                time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
