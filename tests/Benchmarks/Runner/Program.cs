using System.CommandLine;
using System.Globalization;
using Orchestrator.Tests.Benchmarks;
using Orchestrator.Tests.Benchmarks.Reports;
using Orchestrator.Tests.Benchmarks.Site;
using Orchestrator.Tests.Servers;

var quick = new Option<bool>("--quick") { Description = "Only what a change of the code is held against; under three minutes." };
var smoke = new Option<bool>("--smoke") { Description = "A handful of orders: whether it works at all. Its figures mean nothing." };
var published = new Option<bool>("--published")
{
    Description = "Measures what 'dotnet publish' has made, rather than what was built beside this program.",
};
var only = new Option<string[]>(
    "--only")
{
    HelpName = "PART",
    Description = "Parts of the full plan (or of the other one that is named).",
    AllowMultipleArgumentsPerToken = true
};
only.AcceptOnlyFromAmong([.. Plan.All]);
var rounds = new Option<int?>(
    "--rounds")
{ HelpName = "N", Description = "How often each comparison is made, instead of what the plan says." };
rounds.Validators.Add(asked =>
{
    if (asked.GetValue(rounds) is < 1 or > 100)
        asked.AddError("--rounds: from 1 to 100");
});
var folder = new Option<string>("--out")
{
    HelpName = "DIR",
    Description = "Where bench.json and the report go.",
    DefaultValueFactory = _ => Path.Combine(SourceTree.Root, "artifacts"),
};
var root = new RootCommand("Measures the product against a loop that was written by hand, in turn, on private servers.")
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
// Servers and hosts do not outlive this process, however it ends: there is nothing to wait for.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

static void Tell(string line) =>
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetLocalNow():HH:mm:ss} {line}"));
