using System.CommandLine;
using Orchestrator.Tests.Generator;

var orders = new Option<int>("--orders") { Description = "How many orders.", DefaultValueFactory = _ => 10_000 };
var skus = new Option<int>("--skus") { Description = "How many SKUs are in stock.", DefaultValueFactory = _ => 100 };
var seed = new Option<ulong>("--seed") { Description = "The same seed gives the same files.", DefaultValueFactory = _ => 1 };
var folder = new Option<string>("--out")
{
    Required = true,
    HelpName = "DIR",
    Description = "Where orders.jsonl and stock.csv are written.",
};
var contention = new Option<bool>("--contention") { Description = "Too little stock: many orders compete for the same units." };
orders.Validators.Add(result => Check(result.GetValue(orders) >= 0, result, "--orders must not be negative."));
skus.Validators.Add(result => Check(result.GetValue(skus) > 0, result, "--skus must be more than zero."));

var command = new RootCommand("Writes orders and stock to try the orchestrator with.") { orders, skus, seed, folder, contention };
command.SetAction(arguments => OrderFiles.Write(
    arguments.GetRequiredValue(folder),
    arguments.GetValue(orders),
    arguments.GetValue(skus),
    arguments.GetValue(seed),
    arguments.GetValue(contention)));
return command.Parse(args).Invoke();

static void Check(bool holds, System.CommandLine.Parsing.OptionResult result, string otherwise)
{
    if (!holds)
        result.AddError(otherwise);
}
