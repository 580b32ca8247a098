using System.Diagnostics;
using System.Diagnostics.Metrics;
using Orchestrator.Contracts;

namespace Orchestrator.MassTransit.Telemetry;

/// <summary>Reports a message that could not be handled, in metrics and traces.</summary>
static class FailedMessage
{
    static readonly Counter<long> Redeliveries = Instrumentation.Meter.CreateCounter<long>(
        "orchestrator.message.redeliveries", "{message}", "Messages that could not be handled and wait for another try");

    static readonly Counter<long> Deferrals = Instrumentation.Meter.CreateCounter<long>(
        "orchestrator.message.deferrals", "{message}", "Messages that were deferred because of a queue or a row; no failed attempts");

    /// <summary>Marks the message's span as failed. If its trace is not recorded, the trace is recorded from here on.</summary>
    /// <returns>The new span that is recorded; null when the trace is recorded anyway, or when nothing listens.</returns>
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

    /// <summary>Counts a message that waits for another try.</summary>
    public static void Redelivered(string queue) => Redeliveries.Add(1, KeyValuePair.Create(Instrumentation.Destination, (object?)queue));

    /// <summary>Counts a deferred message.</summary>
    public static void Deferred(string queue) => Deferrals.Add(1, KeyValuePair.Create(Instrumentation.Destination, (object?)queue));

    /// <summary>Returns the same trace parent with its flag set to recorded.</summary>
    public static byte[] Kept(ReadOnlySpan<byte> traceParent) => [.. traceParent[..^2], .. "01"u8];
}
