using System.Diagnostics.Metrics;

namespace Orchestrator.Hosting.Gauges;

/// <summary>What was read last, for whoever collects; nothing once it can't be read any more.</summary>
sealed class Gauge
{
    volatile IReadOnlyList<Measurement<double>> _latest = [];

    public Gauge(Meter meter, string name, string unit, string description) =>
        meter.CreateObservableGauge(name, () => _latest, unit, description);

    public void Show(IEnumerable<Measurement<double>> latest) => _latest = [.. latest];

    public void Clear() => _latest = [];
}
