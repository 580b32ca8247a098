namespace Orchestrator.MassTransit.Sending;

/// <summary>A receiver, a queue or an event's exchange: whether it takes messages, and who may try it while it does not.</summary>
/// <remarks>
/// A circuit breaker. While it takes messages everybody may send. From its first refusal on a few messages keep their places and try again
/// and again. When nothing was taken for some seconds it is blocked: one message every two seconds tries it, all others are put off at
/// once. The first message that it takes ends that.
/// </remarks>
sealed class Destination(string name, TimeProvider time)
{
    // So few that most of the places of the smallest endpoint stay free.
    const int MostWaiting = 3;

    /// <summary>How long it refuses until it is blocked.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    static readonly TimeSpan BetweenProbes = TimeSpan.FromSeconds(2);
    // Each costs the channel: what is under way over it comes again, and a message that has nowhere to wait must not come again fifty
    // times. So the pauses grow.
    static readonly TimeSpan AfterTheFirstForbidden = TimeSpan.FromSeconds(15), LongestAfterForbidden = TimeSpan.FromMinutes(5);
    // While the broker may still confirm what was sent before, that tells that it is well.
    static readonly TimeSpan BetweenProbesOfSilence = TimeSpan.FromMinutes(1);
    // What the broker bears without confirming, less what there is at first.
    const int MostProbesOfSilence = 4;

    static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    readonly Lock _gate = new();
    Refusal? _refusal;
    long _taken, _tried;
    long? _told;
    int _waiting, _putOff, _unconfirmed, _probes;

    public string Name => name;

    /// <summary>Why it takes nothing; null when it takes messages.</summary>
    public Refusal? Refusal => Volatile.Read(ref _refusal);

    /// <summary>For how long it has taken nothing; null when it takes messages.</summary>
    public TimeSpan? Refuses => Refusal is { } refusal ? time.GetElapsedTime(refusal.Since) : null;

    /// <summary>Why all messages for it are put off at once; null when they are not.</summary>
    public Refusal? Blocked => Refusal is { } refusal && IsBlocked(refusal, time.GetTimestamp()) ? refusal : null;

    /// <summary>Whether a message may be sent now; otherwise it is to be put off.</summary>
    /// <param name="waits">Whether it has one of the places of those that wait; until it <see cref="Leave"/>s.</param>
    public bool MayTry(ref bool waits)
    {
        if (Refusal is null)
            return true;
        lock (_gate)
        {
            if (_refusal is not { } refusal)
                return true;
            var now = time.GetTimestamp();
            if (IsBlocked(refusal, now))
            {
                if (waits || _waiting > 0 || time.GetElapsedTime(_tried, now) < PauseAfter(refusal))
                    return false;
                if (_unconfirmed > 0 && _probes >= MostProbesOfSilence)
                    return false;
                _probes++;
            }
            else if (waits)
            {
                return true;
            }
            else if (_waiting >= MostWaiting)
            {
                return false;
            }

            (waits, _tried) = (true, now);
            _waiting++;
            return true;
        }
    }

    /// <summary>Gives the place of one that waits back.</summary>
    public void Leave()
    {
        lock (_gate)
            _waiting--;
    }

    /// <summary>It has taken a message.</summary>
    /// <returns>For how long it had taken none, if anybody was told of that.</returns>
    public TimeSpan? Took()
    {
        Volatile.Write(ref _taken, time.GetTimestamp());
        return Refusal is null ? null : Forget();
    }

    /// <summary>Whether it has taken a message since then.</summary>
    public bool TookSince(long timestamp) => Volatile.Read(ref _taken) > timestamp;

    /// <summary>What was known of it may not be true any more.</summary>
    /// <returns>For how long it had taken nothing, if anybody was told of that.</returns>
    public TimeSpan? Forget()
    {
        lock (_gate)
        {
            var refused = _told is null || _refusal is null ? (TimeSpan?)null : time.GetElapsedTime(_refusal.Since);
            (_refusal, _told, _putOff, _probes) = (null, null, 0, 0);
            return refused;
        }
    }

    /// <summary>It has not taken a message.</summary>
    public void Refused(Refusal refusal)
    {
        lock (_gate)
        {
            _tried = time.GetTimestamp();
            // One that was sent later may have been taken before this one was given up.
            if (_refusal is null && refusal.Since >= Volatile.Read(ref _taken))
                _refusal = refusal;
        }
    }

    /// <summary>A message that it has not confirmed is not waited for any more, but it may still confirm it.</summary>
    public void Abandon()
    {
        lock (_gate)
            _unconfirmed++;
    }

    /// <summary>What became of such a message is known.</summary>
    public void EndAbandonment()
    {
        lock (_gate)
            _unconfirmed--;
    }

    // What is forbidden does not end within seconds.
    bool IsBlocked(Refusal refusal, long now) => refusal.IsForbidden || time.GetElapsedTime(refusal.Since, now) >= Patience;

    TimeSpan PauseAfter(Refusal refusal) =>
        !refusal.IsForbidden ? _unconfirmed > 0 ? BetweenProbesOfSilence : BetweenProbes
        // As a number without an upper end: after some hours of doubling it is more than a time can hold.
        : TimeSpan.FromSeconds(Math.Min(AfterTheFirstForbidden.TotalSeconds * Math.Pow(2, _probes), LongestAfterForbidden.TotalSeconds));

    /// <summary>A message is put off.</summary>
    /// <returns>How many were since the last line in the log, if it is time for another.</returns>
    public int? PutOff()
    {
        lock (_gate)
        {
            _putOff++;
            if (_told is { } told && time.GetElapsedTime(told) < BetweenLines)
                return null;
            var count = _putOff;
            (_told, _putOff) = (time.GetTimestamp(), 0);
            return count;
        }
    }
}
