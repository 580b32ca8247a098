using System.Globalization;
using System.Text;

namespace Orchestrator.Tests.Otlp;

/// <summary>Writes metrics that came by OTLP in the format that Prometheus scrapes, with the names that Prometheus gives them.</summary>
/// <remarks>https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics</remarks>
public static class Exposition
{
    static readonly Dictionary<string, string> Units = new() { ["s"] = "_seconds", ["By"] = "_bytes" };

    /// <summary>The names of the series of a metric.</summary>
    public static IEnumerable<string> NamesOf(Metric metric) => metric switch
    {
        { Histogram: not null } => [$"{Name(metric)}_bucket", $"{Name(metric)}_count", $"{Name(metric)}_sum"],
        _ => [Name(metric)],
    };

    /// <summary>Writes one sample a line.</summary>
    public static string Write(IEnumerable<(string Service, string Instance, Metric Metric)> metrics)
    {
        var text = new StringBuilder();
        foreach (var (service, instance, metric) in metrics)
        {
            string[] target = [Label("job", service), Label("instance", instance)];
            foreach (var point in (metric.Gauge ?? metric.Sum)?.DataPoints ?? [])
                Sample(text, Name(metric), [.. target, .. Labels(point.Attributes)],
                    point.ValueCase == NumberPoint.ValueOneofCase.AsInt ? point.AsInt : point.AsDouble);
            foreach (var point in metric.Histogram?.DataPoints ?? [])
                Buckets(text, Name(metric), [.. target, .. Labels(point.Attributes)], point);
        }

        return text.ToString();
    }

    static string Name(Metric metric) =>
        metric.Name.Replace('.', '_') + Units.GetValueOrDefault(metric.Unit, "") + (metric.Sum is { IsMonotonic: true } ? "_total" : "");

    static void Buckets(StringBuilder text, string name, string[] labels, HistogramPoint point)
    {
        var sum = 0ul;
        for (var i = 0; i < point.BucketCounts.Count; i++)
        {
            var bound = i < point.ExplicitBounds.Count ? Number(point.ExplicitBounds[i]) : "+Inf";
            Sample(text, $"{name}_bucket", [.. labels, Label("le", bound)], sum += point.BucketCounts[i]);
        }

        Sample(text, $"{name}_sum", labels, point.Sum);
        Sample(text, $"{name}_count", labels, point.Count);
    }

    static void Sample(StringBuilder text, string name, string[] labels, double value) =>
        text.Append(name).Append('{').AppendJoin(',', labels).Append("} ").Append(Number(value)).Append('\n');

    static IEnumerable<string> Labels(IEnumerable<KeyValue> attributes) =>
        attributes.Select(attribute => Label(attribute.Key.Replace('.', '_'), OtlpReceiver.Attribute([attribute], attribute.Key)));

    static string Label(string name, string value) =>
        $"{name}=\"{Escaped(value)}\"";

    static string Escaped(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
