using Orchestrator.Tests.Benchmarks.Measures;
using Orchestrator.Tests.Benchmarks.Reports;
using Orchestrator.Tests.Benchmarks.Site;

namespace Orchestrator.Tests.Benchmarks.Runs;

/// <summary>Two contenders that run in turn, so that other work of the machine affects both.</summary>
static class Duel
{
    /// <summary>Runs rounds.</summary>
    public static async Task<Comparison> Run(
        BenchServers servers, Entrant first, Entrant second, int orders, int rounds, Action<string> tell)
    {
        var run = new List<Round>(rounds);
        for (var i = 0; i < rounds; i++)
        {
            // The first one changes, so that neither contender always follows the other.
            var (a, b) = i % 2 == 0 ? (first, second) : (second, first);
            var (one, other) = (await Measure(servers, a, orders), await Measure(servers, b, orders));
            if (a != first)
                (one, other) = (other, one);
            run.Add(new Round(one, other, one.OrdersPerSecond / other.OrdersPerSecond));
            tell(FormattableString.Invariant(
                $"{orders} orders: {one.Contender} {one.OrdersPerSecond:0}/s, {other.Contender} {other.OrdersPerSecond:0}/s, ")
                + FormattableString.Invariant($"ratio {run[^1].Ratio:0.00}"));
        }

        return new Comparison(
            Median(run.Select(round => round.Ratio)), Median(run.Select(round => round.First.OrdersPerSecond)),
            Median(run.Select(round => round.Second.OrdersPerSecond)), run);
    }

    /// <summary>Runs one contender once.</summary>
    public static async Task<Throughput> Measure(BenchServers servers, Entrant entrant, int orders)
    {
        var usage = Usage.Watch(servers, entrant.Contender);
        var visit = await entrant.Shop.Submit(orders);
        var processes = usage.End().Select(process => new ProcessFigures(
            process.Name, process.Used.CpuSeconds * 1_000 / orders, (double)process.Used.BytesWritten / orders, process.MostResident / 1e6))
            .ToList();
        return new Throughput(
            entrant.Contender.Name, orders, visit.Took.TotalSeconds, visit.Rate, visit.Submitting.TotalSeconds, processes);
    }

    /// <summary>The median: the middle value, or the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
