using System.CommandLine;
using System.Globalization;
using Orchestrator.Tests.Benchmarks;
using Orchestrator.Tests.Benchmarks.Reports;
using Orchestrator.Tests.Benchmarks.Site;
using Orchestrator.Tests.Servers;

var quick = new Option<bool>("--quick") { Description = "Only the part that checks a change of the code; under three minutes." };
var smoke = new Option<bool>("--smoke") { Description = "A few orders, to check that everything works. The figures mean nothing." };
var published = new Option<bool>("--published")
{
    Description = "Measures the programs that 'dotnet publish' has made, not those that were built beside this program.",
};
var only = new Option<string[]>(
    "--only")
{
    HelpName = "PART",
    Description = "Parts of the full plan, or of another plan that is named.",
    AllowMultipleArgumentsPerToken = true
};
only.AcceptOnlyFromAmong([.. Plan.All]);
var rounds = new Option<int?>(
    "--rounds")
{ HelpName = "N", Description = "The number of rounds of each comparison, instead of that of the plan." };
rounds.Validators.Add(asked =>
{
    if (asked.GetValue(rounds) is < 1 or > 100)
        asked.AddError("--rounds: from 1 to 100");
});
var folder = new Option<string>("--out")
{
    HelpName = "DIR",
    Description = "The folder for bench.json and the report.",
    DefaultValueFactory = _ => Path.Combine(SourceTree.Root, "artifacts"),
};
var root = new RootCommand("Compares the product with a hand-written loop. They run in turn, on private servers.")
{
    quick,
    smoke,
    only,
    rounds,
    published,
    folder,
};
root.SetAction(async (parsed, stop) =>
{
    var plan = parsed.GetValue(smoke) ? Plan.Smoke : parsed.GetValue(quick) ? Plan.Quick : Plan.Full;
    if (parsed.GetValue(only) is { Length: > 0 } parts)
        plan = plan with { Parts = parts };
    if (parsed.GetValue(rounds) is { } times)
        plan = plan with { Rounds = times, Long = plan.Long with { Rounds = times, FilledRounds = times } };
    var into = Directory.CreateDirectory(parsed.GetRequiredValue(folder)).FullName;
    var logs = Directory.CreateDirectory(Path.Combine(into, "bench-logs")).FullName;
    try
    {
        var results = await new Bench(plan, new Programs(parsed.GetValue(published), logs), Tell).Run();
        await File.WriteAllTextAsync(Path.Combine(into, "bench.json"), results.ToJson(), stop);
        Report.Write(results, into);
        Console.WriteLine(Table.Of(results));
        return 0;
    }
    catch (Exception e) when (e is InvalidOperationException or FileNotFoundException or TimeoutException)
    {
        await Console.Error.WriteLineAsync(e.Message);
        return 1;
    }
});
// Servers and hosts end with this process in any case, so it waits for nothing.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

static void Tell(string line) =>
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetLocalNow():HH:mm:ss} {line}"));
