using System.Diagnostics.Metrics;
using Orchestrator.Contracts;

namespace Orchestrator.Journal.Telemetry;

/// <summary>Measures the journal's round trips.</summary>
static class JournalInstruments
{
    static readonly Histogram<int> Size = Instrumentation.Meter.CreateHistogram(
        "orchestrator.journal.batch.size", "{message}", "Messages that shared a round trip to the store",
        advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256] });

    static readonly Histogram<double> Duration = Instrumentation.OfMoments(
        "orchestrator.journal.duration", "How long the store took for a batch, outages included");

    /// <summary>Does a round trip, and measures it when somebody listens.</summary>
    public static Task<T> Measure<T>(string operation, int messages, TimeProvider time, Func<Task<T>> roundTrip) =>
        Duration.Enabled ? Measured(operation, messages, time, roundTrip) : roundTrip();

    static async Task<T> Measured<T>(string operation, int messages, TimeProvider time, Func<Task<T>> roundTrip)
    {
        var began = time.GetTimestamp();
        var answer = await roundTrip();
        var tag = KeyValuePair.Create("operation", (object?)operation);
        Duration.Record(time.GetElapsedTime(began).TotalSeconds, tag);
        Size.Record(messages, tag);
        return answer;
    }
}
