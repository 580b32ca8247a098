using System.CommandLine;
using System.Globalization;
using Orchestrator.Simulation;
using Orchestrator.Simulation.Parties;
using Orchestrator.Simulation.Scenarios;
using Orchestrator.Tests.Simulation;
using Orchestrator.Tests.Simulation.Orders;

var sagas = SimulatedSagas.All;
var seeds = new Option<string>("--seeds") { Description = "The seeds to run, from A to B: A..B", DefaultValueFactory = _ => "1..1000" };
var seed = new Option<ulong?>("--seed") { Description = "One seed, step by step with its timeline" };
seed.CustomParser = result =>
{
    if (ulong.TryParse(result.Tokens.Single().Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        return number;
    result.AddError($"--seed {result.Tokens.Single().Value}: a whole number, such as 42");
    return null;
};
var saga = new Option<string>("--saga") { Description = "The saga that runs", DefaultValueFactory = _ => "order" };
saga.AcceptOnlyFromAmong([.. sagas.Keys]);
var orders = new Option<int>("--orders") { Description = "How many instances a seed begins", DefaultValueFactory = _ => 20 };
orders.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 1 or > 10_000)
        result.AddError("--orders: from 1 to 10000");
});
var defect = new Option<string?>("--defect") { Description = "A deliberate mistake, to see that it is found" };
defect.AcceptOnlyFromAmong([.. Defect.All, .. OrderDefects.All]);
var root = new RootCommand("Runs sagas through simulated faults: one seed, one run, the same every time.") { seeds, seed, saga, orders, defect };
root.SetAction(parsed =>
{
    var (make, count, mistake) = (sagas[parsed.GetValue(saga)!], parsed.GetValue(orders), parsed.GetValue(defect));
    if (parsed.GetValue(seed) is { } one)
        return Report.Replay(one, make, count, mistake, Console.Out);
    if (Report.Range(parsed.GetValue(seeds)!) is not { } range)
    {
        Console.Error.WriteLine($"--seeds {parsed.GetValue(seeds)}: two whole numbers with two dots between, the first not above the second, such as 1..1000");
        return 2;
    }

    return Report.RunAll(range.From, range.To, make, count, mistake, Console.Out, Console.Error);
});
var arguments = root.Parse(args);
if (arguments.Errors is [var mistake, ..])
{
    // Not 1, which says that something was violated.
    Console.Error.WriteLine($"{mistake.Message.TrimEnd('.')}; --help tells what can be asked for.");
    return 2;
}

return arguments.Invoke();
