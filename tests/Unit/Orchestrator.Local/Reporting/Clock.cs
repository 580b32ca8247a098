namespace Orchestrator.Tests.Unit.Local.Reporting;

/// <summary>A clock that a test moves. One timer at a time can wait for it.</summary>
sealed class Clock : TimeProvider
{
    TaskCompletionSource _armed = new();
    Timer? _timer;
    TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _timer = new Timer(callback, state, _now + dueTime);
        _armed.TrySetResult();
        return _timer;
    }

    /// <summary>Moves the clock forward. It waits until the timer was handled and the next one was set.</summary>
    public async Task Pass(TimeSpan time)
    {
        _now += time;
        var timer = _timer!;
        timer.Due.ShouldBeLessThanOrEqualTo(_now);
        _armed = new TaskCompletionSource();
        timer.Callback(timer.State);
        await _armed.Task;
    }

    sealed record Timer(TimerCallback Callback, object? State, TimeSpan Due) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
