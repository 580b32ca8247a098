namespace Orchestrator.Tests.Up;

/// <summary>
/// The pauses before a program is started again. The first pause is a second. It doubles each time that the program ends within a minute,
/// up to a minute.
/// </summary>
sealed class Pauses(TimeProvider time)
{
    static readonly TimeSpan First = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromMinutes(1);

    TimeSpan _next = First;
    long _started = time.GetTimestamp();

    /// <summary>The pause before the next start, after the program has ended.</summary>
    public TimeSpan Next()
    {
        var pause = time.GetElapsedTime(_started) < Longest ? _next : First;
        _next = pause * 2 < Longest ? pause * 2 : Longest;
        return pause;
    }

    /// <summary>Waits. The program counts as started from the end of the pause.</summary>
    /// <returns>True to start the program; false when it was told to stop.</returns>
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
