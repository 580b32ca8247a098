using System.Diagnostics.Metrics;

namespace Orchestrator.Hosting.Gauges;

/// <summary>Holds the latest measurements for the exporter. It is empty when they can't be read any more.</summary>
sealed class Gauge
{
    volatile IReadOnlyList<Measurement<double>> _latest = [];

    public Gauge(Meter meter, string name, string unit, string description) =>
        meter.CreateObservableGauge(name, () => _latest, unit, description);

    public void Show(IEnumerable<Measurement<double>> latest) => _latest = [.. latest];

    public void Clear() => _latest = [];
}
