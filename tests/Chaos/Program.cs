using System.CommandLine;
using System.Globalization;
using Orchestrator.Tests.Chaos;
using Orchestrator.Tests.Servers;

var minutes = new Option<double>("--minutes") { HelpName = "N", Description = "For how long faults come.", DefaultValueFactory = _ => 2 };
minutes.Validators.Add(asked =>
{
    if (asked.GetValue(minutes) is not (> 0 and <= 24 * 60))
        asked.AddError("--minutes: more than 0, and a day at most");
});
var seed = new Option<ulong>("--seed")
{
    HelpName = "S",
    Description = "The same seed gives the same schedule of faults.",
    DefaultValueFactory = _ => 1,
};
var rate = new Option<int>("--rate") { HelpName = "N", Description = "Orders a second.", DefaultValueFactory = _ => 10 };
rate.Validators.Add(asked =>
{
    if (asked.GetValue(rate) is < 1 or > 1000)
        asked.AddError("--rate: from 1 to 1000");
});
var scenario = new Option<string?>("--scenario") { Description = "One scenario; without it all scenarios run, one after the other." };
scenario.AcceptOnlyFromAmong([.. Everything.Scenarios.Keys]);
var fault = new Option<string?>(
    "--fault")
{ HelpName = "NAME", Description = "Only faults whose names contain this, such as 'queue full'." };
var keep = new Option<bool>("--keep") { Description = "Keeps the hosts' logs even if nothing was violated." };
var root = new RootCommand("Runs two of each host under load on private servers, and makes faults. At the end it compares all books.")
{
    minutes,
    seed,
    scenario,
    rate,
    fault,
    keep,
};
root.SetAction(async (parsed, stop) =>
{
    var options = new Options(
        TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(seed), parsed.GetValue(rate), parsed.GetValue(keep),
        parsed.GetValue(fault));
    var folder = Path.Combine(
        SourceTree.Root, "artifacts", "chaos", TimeProvider.System.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture));
    return await Everything.Run(parsed.GetValue(scenario), options, folder, stop);
});
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
