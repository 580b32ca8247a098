namespace Orchestrator.Tests.Up;

/// <summary>
/// Pauses before something is started again: a second at first, twice as long each time that it ends within a minute, a minute at most.
/// </summary>
sealed class Pauses(TimeProvider time)
{
    static readonly TimeSpan First = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromMinutes(1);

    TimeSpan _next = First;
    long _started = time.GetTimestamp();

    /// <summary>How long to wait, now that it has ended.</summary>
    public TimeSpan Next()
    {
        var pause = time.GetElapsedTime(_started) < Longest ? _next : First;
        _next = pause * 2 < Longest ? pause * 2 : Longest;
        return pause;
    }

    /// <summary>Waits; from then on it counts as started.</summary>
    /// <returns>Whether it is to be started: nobody has said stop.</returns>
    public async Task<bool> Wait(TimeSpan pause, CancellationToken stop)
    {
        try
        {
            await Task.Delay(pause, time, stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        _started = time.GetTimestamp();
        return true;
    }
}
