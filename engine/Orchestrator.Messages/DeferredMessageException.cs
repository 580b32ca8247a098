namespace Orchestrator.Contracts;

/// <summary>
/// A message can't be handled now, for a reason outside of it: a queue that it needs takes nothing, or a row that it needs is locked. The
/// message makes room for others, waits in a redelivery queue and comes again. This is no failed attempt, so the message never goes to
/// the dead letters for it.
/// </summary>
/// <param name="reason">What it waits for, as a sentence.</param>
/// <param name="cause">What was observed.</param>
public sealed class DeferredMessageException(string reason, Exception? cause = null) : TellableException(reason, cause)
{
    /// <summary>The first exception of this type among an exception and its inner exceptions, or null.</summary>
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
