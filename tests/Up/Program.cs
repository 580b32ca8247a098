using System.CommandLine;
using Orchestrator.Tests.Up;

var replicas = new Option<int>("--replicas") { HelpName = "N", Description = "How many of each host.", DefaultValueFactory = _ => 1 };
replicas.Validators.Add(asked =>
{
    if (asked.GetValue(replicas) is < 1 or > 8)
        asked.AddError("Option '--replicas' is a number from 1 to 8");
});
var port = new Option<int>("--port")
{
    HelpName = "PORT",
    Description = "The first of four ports for health checks.",
    DefaultValueFactory = _ => 8080,
};
port.Validators.Add(asked =>
{
    if (asked.GetValue(port) is < 1 or > 65_532)
        asked.AddError("Option '--port' is a number from 1 to 65532");
});
var noRestart = new Option<bool>("--no-restart") { Description = "Do not start again what ends by itself, to rehearse an outage." };
var root = new RootCommand(
    "Starts a private PostgreSQL, a private RabbitMQ and every host, and starts again what ends, until Ctrl-C. All data is gone "
    + "afterwards.")
{
    replicas, port, noRestart,
};
root.SetAction(
    (parsed, interrupted) => Everything.Run(parsed.GetValue(replicas), parsed.GetValue(port), !parsed.GetValue(noRestart), interrupted));
var arguments = root.Parse(args);
if (arguments.Errors is [var mistake, ..])
{
    // Not 1, which says that something did not start.
    await Console.Error.WriteLineAsync($"{mistake.Message.TrimEnd('.')}; --help tells what can be asked for.");
    return 2;
}

return await arguments.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
