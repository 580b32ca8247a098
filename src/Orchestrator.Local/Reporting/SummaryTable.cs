using System.Globalization;
using Orchestrator.Contracts;
using Orchestrator.Local.Faults;
using Spectre.Console;

namespace Orchestrator.Local.Reporting;

/// <summary>The summary of a run as a table for people.</summary>
public static class SummaryTable
{
    const int MostReasons = 12;

    /// <summary>Prints the summary to standard output, in colours only on a terminal.</summary>
    public static void Print(RunSummary summary) => Terminal.On(Console.Out).Print(summary);

    /// <summary>Prints the summary.</summary>
    public static void Print(this IAnsiConsole console, RunSummary summary)
    {
        var table = new Table { Border = TableBorder.Rounded, Title = new TableTitle("Orders") };
        table.AddColumn("").AddColumn(new TableColumn("").RightAligned()).HideHeaders();
        Row("Orders", Count(summary.Orders));
        Row("fulfilled", Count(summary.Fulfilled), indent: 2);
        Row("cancelled", Count(summary.Cancelled), indent: 2);
        Reasons(summary.CancelledByReason);
        Row("suspended", Count(summary.Suspended), indent: 2);
        Reasons(summary.SuspendedByReason);
        Row("Lines that repeat a known order", Count(summary.Duplicates));
        Row("Lines rejected", Count(summary.Rejected));
        table.AddEmptyRow();
        Money("Money captured", summary.Captured);
        Money("Money voided", summary.Voided);
        table.AddEmptyRow();
        Row("Units shipped", Count(summary.UnitsShipped));
        Row("Units left", Count(summary.UnitsOnHand));
        Row("Units reserved", Count(summary.UnitsReserved));
        table.AddEmptyRow();
        Faults();
        if (summary.SlowestOrder is { } slowest)
            Row("Slowest order", $"{slowest.OrderNumber}, {Seconds(slowest.Took.TotalSeconds)}");
        Row("Time", Seconds(summary.Seconds));
        console.Write(table);

        void Row(string what, string value, int indent = 0) =>
            table.AddRow(new Padder(new Text(Terminal.Printable(what)), new Padding(indent, 0, 0, 0)), new Text(Terminal.Printable(value)));

        void Reasons(IReadOnlyDictionary<string, long> counts)
        {
            var reasons = counts.OrderByDescending(r => r.Value).ThenBy(r => r.Key, StringComparer.Ordinal).ToList();
            foreach (var (reason, count) in reasons.Take(MostReasons))
                Row(reason, Count(count), indent: 4);
            if (reasons.Count > MostReasons)
                Row($"{reasons.Count - MostReasons} other reasons", Count(reasons.Skip(MostReasons).Sum(r => r.Value)), indent: 4);
        }

        void Faults()
        {
            if (summary.Faults is not { } faults)
                return;
            Row("Faults", Count(faults.Sum(fault => fault.Count)));
            foreach (var (participant, fault, count) in faults.Where(fault => fault.Count > 0))
                Row($"{participant}: {FaultSpec.Name(fault)}", Count(count), indent: 2);
            table.AddEmptyRow();
        }

        void Money(string what, IReadOnlyDictionary<string, decimal> amounts)
        {
            if (amounts.Count == 0)
                Row(what, "none");
            foreach (var (currency, amount) in amounts.OrderBy(a => a.Key, StringComparer.Ordinal))
            {
                Row(what, $"{amount.ToString($"N{Currency.MinorUnitDigits(currency)}", CultureInfo.InvariantCulture)} {currency}");
                what = "";
            }
        }
    }

    static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:F3} s");
}
