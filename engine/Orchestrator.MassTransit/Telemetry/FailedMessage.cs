using System.Diagnostics;
using System.Diagnostics.Metrics;
using Orchestrator.Contracts;

namespace Orchestrator.MassTransit.Telemetry;

/// <summary>Tells of a message that could not be handled.</summary>
static class FailedMessage
{
    static readonly Counter<long> Redeliveries = Instrumentation.Meter.CreateCounter<long>(
        "orchestrator.message.redeliveries", "{message}", "Messages that could not be handled and wait for another try");

    static readonly Counter<long> Deferrals = Instrumentation.Meter.CreateCounter<long>(
        "orchestrator.message.deferrals", "{message}", "Messages that wait for a queue or a row that others hold up; no failed attempts");

    /// <summary>Marks the message's span as failed; if nobody chose its trace, it is kept from here on.</summary>
    /// <returns>The span in which it is kept; nothing when it is recorded anyway, or nobody listens.</returns>
    public static Activity? Tell(Exception exception)
    {
        if (Activity.Current is not { } arrival)
            return null;
        var kept = arrival.Recorded ? null : Instrumentation.Keep(arrival);
        var span = kept ?? arrival;
        span.SetTag("error.type", exception.GetType().FullName);
        span.SetStatus(ActivityStatusCode.Error, Redacted.Failure(exception));
        span.AddException(exception);
        return kept;
    }

    /// <summary>Counts one that waits for another try.</summary>
    public static void Redelivered(string queue) => Redeliveries.Add(1, KeyValuePair.Create(Instrumentation.Destination, (object?)queue));

    /// <summary>Counts one that waits for what others hold up.</summary>
    public static void Deferred(string queue) => Deferrals.Add(1, KeyValuePair.Create(Instrumentation.Destination, (object?)queue));

    /// <summary>The same place in the same trace, which is now kept: the last of its bits says so.</summary>
    public static byte[] Kept(ReadOnlySpan<byte> traceParent) => [.. traceParent[..^2], .. "01"u8];
}
