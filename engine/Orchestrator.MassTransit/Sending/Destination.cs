namespace Orchestrator.MassTransit.Sending;

/// <summary>
/// A receiver: a queue or an event's exchange. Knows whether it takes messages, and which messages may try it while it does not.
/// </summary>
/// <remarks>
/// A circuit breaker. While the receiver takes messages, every message may be sent. After its first refusal a few messages keep their
/// places and try again and again. When it has taken nothing for some seconds it is blocked: one message every two seconds tries it, and
/// all others are deferred at once. The first message that it takes ends the blocking.
/// </remarks>
sealed class Destination(string name, TimeProvider time)
{
    // The number is small, so that most places of the smallest endpoint stay free.
    const int MostWaiting = 3;

    /// <summary>How long it refuses messages until it is blocked.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    static readonly TimeSpan BetweenProbes = TimeSpan.FromSeconds(2);
    // Each forbidden try closes the channel, and all messages that are under way over it come again. A message that finds no redelivery
    // queue must not come again fifty times, because then the broker sets it aside. So the pauses grow.
    static readonly TimeSpan AfterTheFirstForbidden = TimeSpan.FromSeconds(15), LongestAfterForbidden = TimeSpan.FromMinutes(5);
    // While an earlier message may still be confirmed, its confirm shows that the receiver works. So new tries are rare.
    static readonly TimeSpan BetweenProbesOfSilence = TimeSpan.FromMinutes(1);
    // Together with the messages that are unconfirmed at first, the probes stay below the number that the broker tolerates: see Lane.
    const int MostProbesOfSilence = 4;

    static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    readonly Lock _gate = new();
    Refusal? _refusal;
    long _taken, _tried;
    long? _told;
    int _waiting, _putOff, _unconfirmed, _probes;

    public string Name => name;

    /// <summary>Why it takes no messages; null when it takes them.</summary>
    public Refusal? Refusal => Volatile.Read(ref _refusal);

    /// <summary>For how long it has taken no messages; null when it takes them.</summary>
    public TimeSpan? Refuses => Refusal is { } refusal ? time.GetElapsedTime(refusal.Since) : null;

    /// <summary>Why all messages for it are deferred at once; null when they are not.</summary>
    public Refusal? Blocked => Refusal is { } refusal && IsBlocked(refusal, time.GetTimestamp()) ? refusal : null;

    /// <summary>Whether a message may be sent now. Otherwise it must be deferred.</summary>
    /// <param name="waits">Whether the message has one of the few places for trying again. It keeps the place until
    /// <see cref="Leave"/>.</param>
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

    /// <summary>Gives back the place of a message that waited.</summary>
    public void Leave()
    {
        lock (_gate)
            _waiting--;
    }

    /// <summary>Notes that it has taken a message.</summary>
    /// <returns>For how long it had taken no messages, if the log says so; null otherwise.</returns>
    public TimeSpan? Took()
    {
        Volatile.Write(ref _taken, time.GetTimestamp());
        return Refusal is null ? null : Forget();
    }

    /// <summary>Whether it has taken a message since then.</summary>
    public bool TookSince(long timestamp) => Volatile.Read(ref _taken) > timestamp;

    /// <summary>Forgets the refusal, because it may not be true any more.</summary>
    /// <returns>For how long it had taken no messages, if the log says so; null otherwise.</returns>
    public TimeSpan? Forget()
    {
        lock (_gate)
        {
            var refused = _told is null || _refusal is null ? (TimeSpan?)null : time.GetElapsedTime(_refusal.Since);
            (_refusal, _told, _putOff, _probes) = (null, null, 0, 0);
            return refused;
        }
    }

    /// <summary>Notes that it has not taken a message.</summary>
    public void Refused(Refusal refusal)
    {
        lock (_gate)
        {
            _tried = time.GetTimestamp();
            // A later message may have been taken before this one was given up. Then the refusal is out of date.
            if (_refusal is null && refusal.Since >= Volatile.Read(ref _taken))
                _refusal = refusal;
        }
    }

    /// <summary>Notes that nobody waits any more for an unconfirmed message. Its confirm may still come.</summary>
    public void Abandon()
    {
        lock (_gate)
            _unconfirmed++;
    }

    /// <summary>Notes that such a message was confirmed or has failed.</summary>
    public void EndAbandonment()
    {
        lock (_gate)
            _unconfirmed--;
    }

    // A missing permission does not come back within seconds.
    bool IsBlocked(Refusal refusal, long now) => refusal.IsForbidden || time.GetElapsedTime(refusal.Since, now) >= Patience;

    TimeSpan PauseAfter(Refusal refusal) =>
        !refusal.IsForbidden ? _unconfirmed > 0 ? BetweenProbesOfSilence : BetweenProbes
        // Computed as a double, because after some hours of doubling the value is too large for a TimeSpan.
        : TimeSpan.FromSeconds(Math.Min(AfterTheFirstForbidden.TotalSeconds * Math.Pow(2, _probes), LongestAfterForbidden.TotalSeconds));

    /// <summary>Counts a deferred message.</summary>
    /// <returns>How many messages were deferred since the last line in the log, if another line is due; null otherwise.</returns>
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
