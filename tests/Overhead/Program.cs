using System.CommandLine;
using System.Globalization;
using Orchestrator.Tests.Overhead;

var orders = new Option<int>("--orders") { HelpName = "N", Description = "Orders of each run.", DefaultValueFactory = _ => 10_000 };
var rounds = new Option<int>("--rounds") { HelpName = "N", Description = "How often each way is run, in turn.", DefaultValueFactory = _ => 3 };
var ratio = new Option<double>("--ratio") { HelpName = "R", Description = "Of how many orders the traces are recorded, from 0 to 1.", DefaultValueFactory = _ => 0.05 };
var root = new RootCommand("Runs orders on private servers without telemetry and with it, in turn, and says what it costs.") { orders, rounds, ratio };
root.SetAction(async (parsed, _) =>
{
    var (without, with) = await Comparison.Run(parsed.GetValue(orders), parsed.GetValue(rounds), parsed.GetValue(ratio), Console.Out);
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"without={without:0} with={with:0} orders/s (medians) overhead={(1 - with / without) * 100:0.0}%"));
});
return await root.Parse(args).InvokeAsync();
