namespace Orchestrator.Tests.Simulation.Engine;

/// <summary>What a process knows of a receiver that takes nothing.</summary>
/// <remarks>As in the product: few messages wait for it, for some seconds. After that one message a second tries it, and all others are deferred at once.</remarks>
sealed class Breaker(EventLoop loop)
{
    const int MostWaiting = 2;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5), BetweenProbes = TimeSpan.FromSeconds(1);

    DateTimeOffset? _refusesSince;
    DateTimeOffset _tried;
    int _waiting;

    /// <summary>Whether a message may be sent; otherwise it is to be deferred.</summary>
    /// <param name="waits">Whether it is one of those that wait.</param>
    public bool MayTry(ref bool waits)
    {
        if (_refusesSince is not { } since)
            return true;
        if (loop.Now - since >= Patience)
        {
            if (waits || loop.Now - _tried < BetweenProbes)
                return false;
            _tried = loop.Now;
            return waits = true;
        }

        if (!waits && _waiting >= MostWaiting)
            return false;
        _waiting += waits ? 0 : 1;
        return waits = true;
    }

    /// <summary>The receiver did not take a message.</summary>
    public void Refused()
    {
        _refusesSince ??= loop.Now;
        _tried = loop.Now;
    }

    /// <summary>The receiver has taken a message.</summary>
    public void Close() => (_refusesSince, _waiting) = (null, 0);
}
