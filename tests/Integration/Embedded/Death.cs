namespace Orchestrator.Tests.Integration.Embedded;

/// <summary>
/// The end of a process at its n-th effect. From then on each call with an effect never returns, as if a <c>kill -9</c> had come between
/// two instructions.
/// </summary>
sealed class Death(int at)
{
    static readonly Task Never = new TaskCompletionSource().Task;
    readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _effects;

    /// <summary>Completes when the process has died.</summary>
    public Task Died => _died.Task;

    /// <summary>The number of points between two effects that were passed.</summary>
    public int Effects => _effects;

    /// <summary>A point between two effects.</summary>
    public Task Point()
    {
        if (Interlocked.Increment(ref _effects) >= at)
            _died.TrySetResult();
        return _died.Task.IsCompleted ? Never : Task.CompletedTask;
    }
}

/// <summary>The clock of a process that may die. After its death no timer fires, so that it tries nothing again.</summary>
sealed class MortalTime(Death death) : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => base.CreateTimer(
        given =>
        {
            if (!death.Died.IsCompleted)
                callback(given);
        }, state, dueTime, period);
}
