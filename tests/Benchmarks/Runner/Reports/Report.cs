using System.Globalization;
using System.Text;

namespace Orchestrator.Tests.Benchmarks.Reports;

/// <summary>The results for people: Markdown with pictures.</summary>
static class Report
{
    /// <summary>Writes <c>bench.md</c> and its pictures.</summary>
    /// <param name="results">The results.</param>
    /// <param name="folder">The folder to write to.</param>
    public static void Write(Results results, string folder)
    {
        var figures = results.Figures;
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture, $"# Benchmark of {figures.At:yyyy-MM-dd HH:mm} UTC, {figures.Plan}, {figures.Minutes:0} minutes")
            .AppendLine();
        text.AppendLine(string.Join(", ", figures.Machine.Where(fact => fact.Value.Length > 0).Select(fact => $"{fact.Key}: {fact.Value}")))
            .AppendLine();
        text.AppendLine("```").AppendLine(Table.Of(results).Trim('\n')).AppendLine("```").AppendLine();
        Rates(text, "The product against the floor", "rates-10k", figures.TenThousand, folder);
        Rates(text, "The same with ten times as many orders", "rates-100k", figures.HundredThousand, folder);
        Rates(text, "A million open sagas, against empty tables", "rates-filled", figures.MillionSagas, folder);
        Rates(text, "Two workers against one, four messages at once", "two-few", figures.TwoWorkersPrefetch4, folder);
        Rates(text, "Two workers against one, at saturation", "two-many", figures.TwoWorkersSaturated, folder);
        Rates(text, "All telemetry (the traces of 5 %), against none", "telemetry", figures.Telemetry, folder);
        Costs(text, figures.TenThousand, folder);
        Latencies(text, "One order at a time", "idle", figures.Idle, folder);
        Latencies(text, "At half of the possible rate", "half-load", figures.HalfLoad, folder);
        Others(text, figures);
        File.WriteAllText(Path.Combine(folder, "bench.md"), text.ToString());
    }

    static void Rates(StringBuilder text, string title, string picture, Comparison? comparison, string folder)
    {
        if (comparison is not { Rounds: [{ First.Contender: var first, Second.Contender: var second }, ..] })
            return;
        Section(text, title);
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{comparison.Rounds[0].First.Orders} orders at once. Medians: {first} {comparison.FirstMedian:0} orders/s, {second} "
            + $"{comparison.SecondMedian:0} orders/s; ratio {comparison.Ratio:0.00}.").AppendLine();
        Picture(text, folder, picture, new BarChart("orders/s by round", [first, second], [.. comparison.Rounds.Select((round, i) =>
            ($"{i + 1}: {round.Ratio.ToString("0.00", CultureInfo.InvariantCulture)}",
                (IReadOnlyList<double>)[round.First.OrdersPerSecond, round.Second.OrdersPerSecond]))]));
    }

    // The processes of the median round. The processes of the floor are in the same order as those of the product.
    static void Costs(StringBuilder text, Comparison? comparison, string folder)
    {
        if (comparison is null)
            return;
        var round = comparison.Rounds.OrderBy(one => Math.Abs(one.Ratio - comparison.Ratio)).First();
        var (ours, theirs) = (round.First.Processes, round.Second.Processes);
        Section(text, "What an order costs");
        text.AppendLine("| process | CPU ms | floor's | bytes written | floor's | most resident MB | floor's |")
            .AppendLine("|---|---|---|---|---|---|---|");
        foreach (var (process, other) in ours.Zip(theirs))
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {process.Name} | {process.CpuMsPerOrder:0.000} | {other.CpuMsPerOrder:0.000} | {process.BytesWrittenPerOrder:0} | "
                + $"{other.BytesWrittenPerOrder:0} | {process.MostResidentMb:0} | {other.MostResidentMb:0} |");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"| all but the bench | {Sum(ours):0.000} | {Sum(theirs):0.000} | | | | |")
            .AppendLine();
        Picture(text, folder, "cpu", new BarChart("CPU ms per order", ["product", "floor"], [.. ours.Zip(theirs).Select(pair =>
            (pair.First.Name.Split('.')[^1], (IReadOnlyList<double>)[pair.First.CpuMsPerOrder, pair.Second.CpuMsPerOrder]))]));

        static double Sum(IReadOnlyList<ProcessFigures> processes) =>
            processes.Where(process => process.Name != "bench").Sum(process => process.CpuMsPerOrder);
    }

    static void Latencies(StringBuilder text, string title, string picture, IReadOnlyList<Latency>? latencies, string folder)
    {
        if (latencies is null)
            return;
        Section(text, title);
        Picture(text, folder, picture, new BarChart("ms from submission to fulfilment", [.. latencies.Select(latency => latency.Contender)],
        [
            ("p50", [.. latencies.Select(latency => latency.P50)]), ("p90", [.. latencies.Select(latency => latency.P90)]),
            ("p99", [.. latencies.Select(latency => latency.P99)]), ("most", [.. latencies.Select(latency => latency.Most)]),
        ]));
    }

    static void Others(StringBuilder text, Figures figures)
    {
        Section(text, "The rest");
        if (figures.Store is { } store)
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"- A message that moves a saga: {store.RoundTripsPerSagaMessage:0.00} round trips and {store.CommitsPerSagaMessage:0.00} "
                + $"commits alone; {store.UnderLoadRoundTrips:0.00} and {store.UnderLoadCommits:0.00} under load.");
        if (figures.FloorOfFourCommands is { } floor)
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"- The floor with four commands an order: {Runs.Duel.Median(floor.Select(run => run.OrdersPerSecond)):0} orders/s (1,200 "
                + $"are wanted of it).");
        if (figures.HotSaga is { } hot)
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"- {hot.Messages} messages to one saga: {hot.MessagesPerSecond:0} messages/s (at least 1,000 are wanted), "
                + $"{hot.DeadLetters} dead letters.");
        if (figures.Deadlines is { } due)
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"- {due.Sagas} deadlines due at once: the last was sent after {due.SentSeconds:0} s (at most 60 are wanted); sagas had "
                + $"acted after {due.LatenessP50:0.0} s (p50), {due.LatenessP99:0.0} s (p99); {due.Orders} orders that came meanwhile "
                + $"took {due.OrdersSeconds:0} s.");
        foreach (var start in figures.StartToReady ?? [])
            text.AppendLine(
                CultureInfo.InvariantCulture, $"- {start.Host}: {start.Seconds:0.0} s from start to ready (at most 2 are wanted).");
        foreach (var backlog in figures.ResidentWithBacklog ?? [])
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"- {backlog.Host}: {backlog.Few:0} MB resident with few orders waiting, {backlog.Many:0} MB with 100,000; ratio "
                + $"{backlog.Ratio:0.00} (at most 1.2 is wanted, and 300 MB).");
        if (figures.EmbeddedSeconds is not null)
            text.AppendLine(CultureInfo.InvariantCulture, $"- Embedded: {figures.EmbeddedSeconds:0.0} s.");
    }

    static void Section(StringBuilder text, string title) => text.AppendLine(CultureInfo.InvariantCulture, $"## {title}").AppendLine();

    static void Picture(StringBuilder text, string folder, string name, BarChart chart)
    {
        File.WriteAllText(Path.Combine(folder, $"bench-{name}.svg"), chart.ToSvg());
        text.AppendLine(CultureInfo.InvariantCulture, $"![{name}](bench-{name}.svg)").AppendLine();
    }
}
