using System.CommandLine;
using Orchestrator.Hosting.Commands;
using Orchestrator.Local.Servers;

namespace Orchestrator.Local;

/// <summary>The options that name the place of the state: a data folder, or servers.</summary>
static class PlaceOptions
{
    /// <summary>The folder of an embedded run.</summary>
    public static readonly Option<string> Data = CommandOptions.Path(new("--data")
    {
        HelpName = "DIR",
        Description = "The folder of the databases, where no servers are named; a run creates it when it is new.",
        DefaultValueFactory = _ => ProcessOptions.DefaultData,
    });

    /// <summary>The broker.</summary>
    public static readonly Option<string> RabbitMq = new("--rabbitmq")
    {
        HelpName = "URI",
        Description = $"The broker: {NamedServers.BrokerForm}",
    };

    /// <summary>The database.</summary>
    public static readonly Option<string> Postgres = new("--postgres")
    {
        HelpName = "CONNECTION",
        Description = "The database: \"Host=localhost;Database=orchestrator;Username=…\"",
    };

    /// <summary>Warns about a password in the arguments.</summary>
    public static void Warn(ParseResult parsed)
    {
        if (NamedServers.Warning(parsed.GetValue(RabbitMq), parsed.GetValue(Postgres)) is { } warning)
            parsed.InvocationConfiguration.Error.WriteLine(warning);
    }
}
