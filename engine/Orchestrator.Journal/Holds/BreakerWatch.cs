namespace Orchestrator.Journal.Holds;

/// <summary>When a process looks whether a kind of saga is answered: now and then, and only if it would have heard the answers.</summary>
/// <param name="breaker">The breaker.</param>
/// <param name="kind">The kind of saga.</param>
/// <param name="time">The clock of this process; only durations are taken from it.</param>
public sealed class BreakerWatch(StepBreaker breaker, ISagaKind kind, TimeProvider time)
{
    // So many looks fit into the silence after which a step is held.
    const int Looks = 12;

    // Deadlines wait for a look.
    static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(5);

    readonly TimeSpan? _silence = breaker.Options.Silence;
    long _well, _last, _looked, _probed;
    bool _isClosed;

    /// <summary>A sweep begins.</summary>
    public void Begin()
    {
        // The database or the broker was away, or this process was not there or frozen: answers may have come that nobody has heard.
        if (_last == 0 || time.GetElapsedTime(_last) > _silence / 2)
            _well = time.GetTimestamp();
    }

    /// <summary>A sweep has ended well.</summary>
    public void End() => _last = time.GetTimestamp();

    /// <summary>Deadlines have passed: holds what nobody answers.</summary>
    public async Task Open(CancellationToken cancellationToken)
    {
        if (_silence is null || time.GetElapsedTime(_well) < _silence || !IsTime(ref _looked))
            return;
        using var patience = new CancellationTokenSource(LongestLook, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await breaker.Open(kind, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"the look for steps of {kind.Name} that nobody answers took longer than {LongestLook.TotalSeconds} s; it is tried again");
        }
    }

    /// <summary>Lets sagas try what is held.</summary>
    public async Task Probe(CancellationToken cancellationToken)
    {
        if (_silence is not null && IsTime(ref _probed))
            await breaker.Probe(kind, cancellationToken);
        if (_silence is not null || _isClosed)
            return;
        await breaker.CloseAll(kind, cancellationToken);
        _isClosed = true;
    }

    bool IsTime(ref long last)
    {
        if (last != 0 && time.GetElapsedTime(last) < _silence / Looks)
            return false;
        last = time.GetTimestamp();
        return true;
    }
}
