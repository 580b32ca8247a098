using Orchestrator.Tests.Benchmarks.Site;
using Orchestrator.Tests.Otlp;

namespace Orchestrator.Tests.Benchmarks.Measures;

/// <summary>The metrics that the hosts of the product export.</summary>
static class RuntimeMeters
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The bytes that the hosts of a contender have allocated since their start, as each exported them last.</summary>
    public static double AllocatedBytes(BenchServers servers, Contender contender) =>
        Of(servers, contender, "dotnet.gc.heap.total_allocated").Sum(metric => metric.Sum.DataPoints.Sum(point => (double)point.AsInt));

    /// <summary>The round trips of the journal since the start, and the messages that shared them.</summary>
    public static (double RoundTrips, double Commits, double Messages) Journal(BenchServers servers, Contender contender)
    {
        var points = Of(servers, contender, "orchestrator.journal.batch.size").SelectMany(metric => metric.Histogram.DataPoints).ToList();
        double Count(string operation) =>
            points.Where(point => OtlpReceiver.Attribute(point.Attributes, "operation") == operation).Sum(point => (double)point.Count);
        return (Count("load") + Count("commit"), Count("commit"),
            points.Where(point => OtlpReceiver.Attribute(point.Attributes, "operation") == "commit").Sum(point => point.Sum));
    }

    /// <summary>Waits until every host has exported metrics.</summary>
    public static async Task Told(BenchServers servers, Contender contender)
    {
        for (var waited = System.Diagnostics.Stopwatch.StartNew(); Of(
            servers, contender, "dotnet.gc.heap.total_allocated").Count < contender.Hosts.Count; await Task.Delay(200))
        {
            if (waited.Elapsed > Patience)
                throw new InvalidOperationException($"{contender.Name}: not every host has exported its measurements within {Patience}.");
        }
    }

    static List<Metric> Of(BenchServers servers, Contender contender, string name) =>
        [.. servers.Metrics.Metrics.Where(
            one => one.Service.StartsWith($"{contender.Name}-", StringComparison.Ordinal) && one.Metric.Name == name)
                .Select(one => one.Metric)];
}
