namespace Orchestrator.Journal.Holds;

/// <summary>
/// Decides when a process looks whether participants answer a kind of saga: from time to time, and only if it would have received the
/// answers.
/// </summary>
/// <param name="breaker">The breaker.</param>
/// <param name="kind">The kind of saga.</param>
/// <param name="time">The clock of this process; only durations are taken from it.</param>
public sealed class BreakerWatch(StepBreaker breaker, ISagaKind kind, TimeProvider time)
{
    // The number of looks within the silence after which a step is held.
    const int Looks = 12;

    // Deadlines wait for a look, so it must be short.
    static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(5);

    readonly TimeSpan? _silence = breaker.Options.Silence;
    long _well, _last, _looked, _probed;
    bool _isClosed;

    /// <summary>A sweep begins.</summary>
    public void Begin()
    {
        // The database or the broker was away, or this process did not run. Answers may have come that no worker has read yet, so the
        // silence counts from now on.
        if (_last == 0 || time.GetElapsedTime(_last) > _silence / 2)
            _well = time.GetTimestamp();
    }

    /// <summary>A sweep has ended without an error.</summary>
    public void End() => _last = time.GetTimestamp();

    /// <summary>Holds the commands that no participant answers. Called when deadlines have passed.</summary>
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
#pragma warning disable MA0054 // Logs tell the innermost cause. It would be the cancelled statement and not this text.
            throw new TimeoutException(
                $"the search for steps of {kind.Name} that no participant answers took longer than {LongestLook.TotalSeconds} s; it is "
                + $"tried again");
#pragma warning restore MA0054
        }
    }

    /// <summary>Lets sagas try held commands. When the breaker is switched off, releases all that it holds.</summary>
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
