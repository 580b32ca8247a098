using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Orchestrator.Contracts;

/// <summary>The source of the hosts' own spans and measurements. They cost almost nothing while nobody listens.</summary>
public static class Instrumentation
{
    /// <summary>The name to listen to.</summary>
    public const string Name = "Orchestrator";

    static readonly double[] Moments = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
    static readonly double[] Spells = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400];

    /// <summary>Makes spans.</summary>
    public static ActivitySource Spans { get; } = new(Name);

    /// <summary>Makes instruments. The tags of their series have a few names as values, never ids.</summary>
    public static Meter Meter { get; } = new(Name);

    /// <summary>A histogram of times that are short when all is well: from half a millisecond to half a minute.</summary>
    public static Histogram<double> OfMoments(string name, string description) => OfSeconds(name, description, Moments);

    /// <summary>A histogram of times that business takes: from milliseconds to a day.</summary>
    public static Histogram<double> OfSpells(string name, string description) => OfSeconds(name, description, Spells);

    /// <summary>
    /// Starts the span of a message again, in a trace that is recorded. What is sent within it, and all that this causes in other
    /// processes, is recorded too. Use it when a message turns out to matter although its trace was not chosen for recording.
    /// </summary>
    /// <param name="arrival">The span of the message, which is not recorded.</param>
    /// <param name="parent">The new span's parent. Absent: the span that sent the message.</param>
    /// <returns>Null when nobody listens.</returns>
    public static Activity? Keep(Activity arrival, ActivityContext? parent = null)
    {
        var under = parent ?? new ActivityContext(arrival.TraceId, arrival.ParentSpanId, arrival.ActivityTraceFlags);
        return Follow(arrival, new ActivityContext(under.TraceId, under.SpanId, under.TraceFlags | ActivityTraceFlags.Recorded));
    }

    /// <summary>Starts the span of a message again, under another parent.</summary>
    /// <param name="arrival">The span of the message.</param>
    /// <param name="parent">The new span's parent.</param>
    /// <returns>Null when nobody listens.</returns>
    public static Activity? Follow(Activity arrival, ActivityContext parent)
    {
        var queue = arrival.GetTagItem(Destination);
        return Spans.StartActivity(
            $"process {queue}",
            ActivityKind.Consumer,
            new ActivityContext(parent.TraceId, parent.SpanId, parent.TraceFlags, isRemote: true),
            [new(Destination, queue), new("messaging.operation", "process")],
            parent.TraceId == arrival.TraceId ? null : [new ActivityLink(arrival.Context)],
            new DateTimeOffset(arrival.StartTimeUtc));
    }

    /// <summary>The attribute that names a queue or an exchange.</summary>
    public const string Destination = "messaging.destination.name";

    static Histogram<double> OfSeconds(string name, string description, IReadOnlyList<double> bounds) =>
        Meter.CreateHistogram(name, "s", description, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });
}
