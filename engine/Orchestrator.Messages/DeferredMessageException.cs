namespace Orchestrator.Contracts;

/// <summary>
/// A message can't be handled now, for a reason that is not its own: a queue that it needs takes nothing, or a row that it needs is locked.
/// It leaves its place to others, waits in a redelivery queue and comes again. This is no failed attempt, so it never goes to the dead
/// letters.
/// </summary>
/// <param name="reason">What it waits for, as a sentence.</param>
/// <param name="cause">What was observed.</param>
public sealed class DeferredMessageException(string reason, Exception? cause = null) : TellableException(reason, cause)
{
    /// <summary>The one that is at the bottom of a failure, if any is.</summary>
    public static DeferredMessageException? In(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is DeferredMessageException deferred)
                return deferred;
        }

        return null;
    }
}
