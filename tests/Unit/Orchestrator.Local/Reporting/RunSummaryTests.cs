using Orchestrator.Local.Reporting;
using Spectre.Console;

namespace Orchestrator.Tests.Unit.Local.Reporting;

public class The_summary_of_a_run
{
    static readonly RunSummary Summary = new(
        1040, 1029, 8, 3, 2, 1,
        Captured: new Dictionary<string, decimal> { ["USD"] = 12_345.6m, ["EUR"] = 7m, ["KWD"] = 1.5m, ["JPY"] = 7925m },
        Voided: new Dictionary<string, decimal>(),
        UnitsShipped: 3000, UnitsOnHand: 500, UnitsReserved: 4, Seconds: 1.23456)
    {
        CancelledByReason = new Dictionary<string, long> { ["payment: [declined]"] = 3, ["stock: short"] = 5 },
        SlowestOrder = new SlowestOrder("10248", Guid.Empty, TimeSpan.FromMilliseconds(456)),
    };

    [Test]
    public void Is_one_line_of_json_with_twelve_fields() => Summary.ToJson().ShouldBe(
        """{"orders":1040,"fulfilled":1029,"cancelled":8,"suspended":3,"duplicates":2,"rejected":1,"captured":{"EUR":7.00,"JPY":7925,"KWD":1.500,"USD":12345.60},"voided":{},"unitsShipped":3000,"unitsOnHand":500,"unitsReserved":4,"seconds":1.235}""");

    [Test]
    public void Is_a_table_for_people() => Printed(Summary).ShouldBe("""
                               Orders
        ╭─────────────────────────────────┬────────────────╮
        │ Orders                          │          1,040 │
        │   fulfilled                     │          1,029 │
        │   cancelled                     │              8 │
        │     stock: short                │              5 │
        │     payment: [declined]         │              3 │
        │   suspended                     │              3 │
        │ Lines that repeat a known order │              2 │
        │ Lines rejected                  │              1 │
        │                                 │                │
        │ Money captured                  │       7.00 EUR │
        │                                 │      7,925 JPY │
        │                                 │      1.500 KWD │
        │                                 │  12,345.60 USD │
        │ Money voided                    │           none │
        │                                 │                │
        │ Units shipped                   │          3,000 │
        │ Units left                      │            500 │
        │ Units reserved                  │              4 │
        │                                 │                │
        │ Slowest order                   │ 10248, 0.456 s │
        │ Time                            │        1.235 s │
        ╰─────────────────────────────────┴────────────────╯
        """);

    [Test]
    public void Names_the_commonest_reasons_only()
    {
        var printed = Printed(Summary with { CancelledByReason = Enumerable.Range(1, 15).ToDictionary(i => $"reason {i}", i => (long)i) });
        printed.ShouldContain("reason 4 ");
        printed.ShouldNotContain("reason 3 ");
        printed.ShouldMatch(@"3 other reasons +│ +6 │");
    }

    [Test]
    public void Has_no_slowest_order_when_there_was_none() => Printed(Summary with { SlowestOrder = null }).ShouldNotContain("Slowest");

    static string Printed(RunSummary summary)
    {
        var writer = new StringWriter();
        AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(writer) }).Print(summary);
        return string.Join('\n', writer.ToString().TrimEnd().Split('\n').Select(line => line.TrimEnd()));
    }
}
