using System.Threading.Channels;

namespace Orchestrator.Tests.Unit.Local.Faults;

/// <summary>A clock that a test moves, on which any number of timers wait.</summary>
sealed class ManualTime : TimeProvider
{
    readonly List<Timer> _timers = [];
    readonly Channel<TimeSpan> _armed = Channel.CreateUnbounded<TimeSpan>();
    TimeSpan _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(() => callback(state), _now + dueTime);
        lock (_timers)
            _timers.Add(timer);
        _armed.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Waits until somebody begins to wait.</summary>
    /// <returns>How long he will.</returns>
    public async Task<TimeSpan> Armed()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await _armed.Reader.ReadAsync(patience.Token);
    }

    /// <summary>Lets time pass.</summary>
    public void Pass(TimeSpan time)
    {
        _now += time;
        List<Timer> due;
        lock (_timers)
        {
            due = _timers.FindAll(timer => timer.Due <= _now);
            _timers.RemoveAll(due.Contains);
        }

        due.ForEach(timer => timer.Fire());
    }

    sealed record Timer(Action Fire, TimeSpan Due) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
