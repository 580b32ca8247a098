using System.CommandLine;
using Orchestrator.Tests.Up;

var replicas = new Option<int>("--replicas") { HelpName = "N", Description = "How many of each host.", DefaultValueFactory = _ => 1 };
replicas.Validators.Add(asked =>
{
    if (asked.GetValue(replicas) is < 1 or > 8)
        asked.AddError("Option '--replicas' is a number from 1 to 8");
});
var port = new Option<int>("--port") { HelpName = "PORT", Description = "The first of four ports for health checks.", DefaultValueFactory = _ => 8080 };
var root = new RootCommand("Starts a private PostgreSQL, a private RabbitMQ and every host, until Ctrl-C. All data is gone afterwards.") { replicas, port };
root.SetAction((parsed, interrupted) => Everything.Run(parsed.GetValue(replicas), parsed.GetValue(port), interrupted));
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
