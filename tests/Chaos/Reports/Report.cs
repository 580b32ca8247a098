using System.Globalization;

namespace Orchestrator.Tests.Chaos.Reports;

/// <summary>The report of a run for people.</summary>
static class Report
{
    /// <summary>The table of a scenario.</summary>
    public static void Write(Outcome outcome, TextWriter to)
    {
        to.WriteLine();
        to.WriteLine(Line($"{outcome.Scenario,-28}{"faults",8}{"recovery p50",14}{"p99",10}{"longest",10}"));
        foreach (var kind in outcome.Faults.GroupBy(fault => fault.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal))
        {
            Row(
                kind.Key, kind.Count(),
                [.. outcome.Recoveries.Where(recovery => recovery.Kind == kind.Key).Select(recovery => recovery.Took)]);
        }

        Row("all", outcome.Faults.Count, [.. outcome.Recoveries.Select(recovery => recovery.Took)]);
        foreach (var kind in outcome.LeftOut)
            to.WriteLine($"left out: {kind}");
        var states = string.Join(", ", outcome.Ends.ByState.Select(state => Line($"{state.Key} {state.Value}")));
        to.WriteLine(Line($"orders: {outcome.Ends.Orders} ({states}); requested cancellations: {outcome.Cancels}"));
        to.WriteLine(
            Line($"duplicates: {outcome.Redeliveries} messages delivered again by the broker, ")
            + Line($"{outcome.Ends.Remarked} came late or again under other ids; ")
            + Line($"submissions that can't be accepted: {outcome.Poison}"));
        if (outcome.Mended > 0)
            to.WriteLine(Line($"mended by reconcile --repair: {outcome.Mended} orders whose end waited in a queue that was deleted"));
        to.WriteLine(Line($"all books agreed {outcome.QuietAfter.TotalSeconds:0.0} s after the last order was sent"));

        void Row(string kind, int faults, TimeSpan[] took) =>
            to.WriteLine(Line($"{kind,-28}{faults,8}{Percentile(took, 0.5),14}{Percentile(took, 0.99),10}{Percentile(took, 1),10}"));
    }

    /// <summary>The last line.</summary>
    public static string Sum(IReadOnlyCollection<Outcome> outcomes) => Line(
        $"minutes={outcomes.Sum(outcome => outcome.Time.TotalMinutes):0.#} faults={outcomes.Sum(outcome => outcome.Faults.Count)} ")
        + Line(
            $"orders={outcomes.Sum(outcome => outcome.Ends.Orders)} violations={outcomes.Sum(outcome => outcome.Violations.Count)}");

    static string Percentile(TimeSpan[] times, double part) => times.Length == 0
        ? "-"
        : Line($"{times.Order().ElementAt((int)Math.Ceiling(part * times.Length) - 1).TotalSeconds:0.0} s");

    static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
