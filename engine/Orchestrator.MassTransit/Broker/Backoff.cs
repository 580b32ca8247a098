namespace Orchestrator.MassTransit.Broker;

/// <summary>How often a message is tried again at once, and how long the pauses are.</summary>
static class Backoff
{
    /// <summary>How often a message is tried again before it leaves its place to others.</summary>
    public const int Few = 4;

    static readonly TimeSpan First = TimeSpan.FromMilliseconds(50), Longest = TimeSpan.FromSeconds(5);

    /// <summary>The pause before a try.</summary>
    /// <remarks>
    /// A random part of the whole pause ("full jitter") spreads a crowd best. Source: Brooker, Exponential Backoff And Jitter.
    /// </remarks>
    /// <param name="retry">How many tries there were after the first one.</param>
    public static TimeSpan Pause(int retry)
    {
        var longest = Math.Min(First.TotalMilliseconds * Math.Pow(2, retry), Longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * longest);
    }
}
