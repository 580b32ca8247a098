using System.Globalization;
using System.Text;

namespace Orchestrator.Tests.Benchmarks.Reports;

/// <summary>The promised figures, the measured ones, and whether the promise is kept.</summary>
static class Table
{
    /// <summary>The promises, each with its bound.</summary>
    public static IEnumerable<(string Name, double? Value, double Bound, bool IsLeast)> Promises(Results results) =>
    [
        ("ratioToFloor10k", results.RatioToFloor10k, 0.80, true),
        ("ratioToFloor100k", results.RatioToFloor100k, 0.80, true),
        ("flatness", results.Flatness, 0.95, true),
        ("ratioAtMillionSagas", results.RatioAtMillionSagas, 0.90, true),
        ("idleP50RatioToFloor", results.IdleP50RatioToFloor, 2, false),
        ("halfLoadP99Ms", results.HalfLoadP99Ms, 100, false),
        ("allocatedKBPerOrder", results.AllocatedKBPerOrder, 200, false),
        ("roundTripsPerSagaMessage", results.RoundTripsPerSagaMessage, 2, false),
        ("commitsPerSagaMessage", results.CommitsPerSagaMessage, 1, false),
        ("embeddedOrdersPerSecond", results.EmbeddedOrdersPerSecond, 500, true),
    ];

    /// <summary>The table as text, one promise a line.</summary>
    public static string Of(Results results)
    {
        var text = new StringBuilder().AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{"",-26} {"measured",10} {"wanted",10}");
        foreach (var (name, value, bound, isLeast) in Promises(results))
        {
            var verdict = value is not { } measured
                ? "not measured" : (isLeast ? measured >= bound : measured <= bound) ? "kept" : "missed";
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{name,-26} {value,10:0.00} {(isLeast ? "≥" : "≤") + bound.ToString("0.##", CultureInfo.InvariantCulture),10}  {verdict}");
        }

        return text.ToString();
    }
}
