using System.Diagnostics.Metrics;
using Orchestrator.Contracts;

namespace Orchestrator.MassTransit.Telemetry;

/// <summary>The metrics of the messages that sagas send.</summary>
static class PublishInstruments
{
    const string Type = "message.type";

    static readonly Histogram<double> Duration = Instrumentation.OfMoments(
        "orchestrator.publish.confirm.duration", "How long the broker took to confirm a message that a saga sent");

    static readonly Counter<long> Retries = Instrumentation.Meter.CreateCounter<long>(
        "orchestrator.publish.retries", "{message}", "Messages that the broker did not take, and that were sent again");

    public static void Confirmed(string messageType, TimeProvider time, long began)
    {
        if (Duration.Enabled)
            Duration.Record(time.GetElapsedTime(began).TotalSeconds, KeyValuePair.Create(Type, (object?)messageType));
    }

    public static void NotTaken(string messageType) => Retries.Add(1, KeyValuePair.Create(Type, (object?)messageType));
}
