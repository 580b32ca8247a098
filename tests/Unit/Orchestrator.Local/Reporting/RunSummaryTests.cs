using Orchestrator.Local;
using Orchestrator.Local.Faults;
using Orchestrator.Local.Reporting;
using Spectre.Console;

namespace Orchestrator.Tests.Unit.Local.Reporting;

[NonParallelizable] // It sets an environment variable of the process.
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
        """{"orders":1040,"fulfilled":1029,"cancelled":8,"suspended":3,"duplicates":2,"rejected":1,"captured":"""
        + """{"EUR":7.00,"JPY":7925,"KWD":1.500,"USD":12345.60},"voided":"""
        + """{},"unitsShipped":3000,"unitsOnHand":500,"unitsReserved":4,"seconds":1.235}""");

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
    public void Names_why_orders_are_suspended() =>
        Printed(Summary with { SuspendedByReason = new Dictionary<string, long> { ["VoidPayment: no answer to 10 attempts"] = 3 } })
            .ShouldMatch(@"  suspended +│ +3 │\n│     VoidPayment: no answer to 10 attempts +│ +3 │");

    [Test]
    public void Counts_the_faults_that_were_asked_for()
    {
        var counts = new FaultCounts();
        counts.Add("payment", Fault.Late);
        counts.Add("payment", Fault.Late);
        counts.Add("inventory", Fault.Silence);
        var summary = Summary with { Faults = counts.ToList() };
        Printed(summary)
            .ShouldMatch(@"Faults +│ +3 │\n│   inventory: silence +│ +1 │\n│   payment: late +│ +2 │\n│ +│ +│\n│ Slowest order");
        summary.ToJson().ShouldEndWith(
            ""","seconds":1.235,"faults":{"inventory":{"refuse":0,"silence":1,"delay":0,"late":0,"duplicate":0},"payment":"""
            + """{"refuse":0,"silence":0,"delay":0,"late":2,"duplicate":0},"shipping":"""
            + """{"refuse":0,"silence":0,"delay":0,"late":0,"duplicate":0}}}""");
    }

    [Test]
    public void Has_no_faults_when_none_were_asked_for() => Printed(Summary).ShouldNotContain("Faults");

    [Test]
    public void Has_no_slowest_order_when_there_was_none() => Printed(Summary with { SlowestOrder = null }).ShouldNotContain("Slowest");

    [Test]
    public void Spells_out_what_could_move_the_cursor()
    {
        var printed = Printed(Summary with
        {
            CancelledByReason = new Dictionary<string, long> { ["SKU \u001b[2J is short"] = 1 },
            SlowestOrder = new SlowestOrder("1\r2", Guid.Empty, TimeSpan.Zero),
        });
        printed.ShouldContain(@"SKU \u001b[2J is short");
        printed.ShouldContain(@"1\u000d2");
    }

    [Test]
    public void Has_no_colours_in_a_file_even_where_a_build_server_would_show_them()
    {
        var before = Environment.GetEnvironmentVariable("GITHUB_ACTIONS");
        Environment.SetEnvironmentVariable("GITHUB_ACTIONS", "true");
        try
        {
            var writer = new StringWriter();
            Terminal.On(writer).Print(Summary);
            writer.ToString().ShouldNotContain('\u001b');
        }
        finally
        {
            Environment.SetEnvironmentVariable("GITHUB_ACTIONS", before);
        }
    }

    [TestCase("10248", "data/a", "10248 --data data/a")]
    [TestCase("10248", "my data", "10248 --data 'my data'")]
    [TestCase("10248", "it's", @"10248 --data 'it'\''s'")]
    [TestCase("$(reboot)", "d", "00000000-0000-0000-0000-000000000000 --data d")]
    [TestCase("--json", "d", "00000000-0000-0000-0000-000000000000 --data d")]
    [TestCase("@file", "d", "00000000-0000-0000-0000-000000000000 --data d")]
    public void Gives_a_command_that_a_shell_takes_as_it_is_meant(string number, string data, string arguments) =>
        Terminal.ShowCommand(new SlowestOrder(number, Guid.Empty, TimeSpan.Zero), new ProcessOptions("", "", data, Json: false))
            .ShouldBe($"dotnet run --project src/Orchestrator.Local -- show {arguments}");

    static string Printed(RunSummary summary)
    {
        var writer = new StringWriter();
        AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(writer) }).Print(summary);
        return string.Join('\n', writer.ToString().TrimEnd().Split('\n').Select(line => line.TrimEnd()));
    }
}
