using Microsoft.Extensions.Configuration;
using Orchestrator.ServiceDefaults.Broker;
using Orchestrator.ServiceDefaults.Hosting;
using Orchestrator.Storage;

namespace Orchestrator.Local.Servers;

/// <summary>The servers that the command line names, reached as hosts reach theirs: with the environment's <c>Tls__Authorities</c> and <c>Passwords__…</c>.</summary>
static class NamedServers
{
    /// <summary>The broker.</summary>
    /// <returns>Nothing when it is no address.</returns>
    /// <exception cref="SettingsException">There are no certificates where <c>Tls__Authorities</c> says.</exception>
    public static BrokerAddress? RabbitMq(string? uri) => Beside("RabbitMQ", uri).RabbitMqOf();

    /// <summary>The database's connection string.</summary>
    /// <returns>Nothing when none is named.</returns>
    /// <exception cref="SettingsException">It can't be used.</exception>
    public static string? Postgres(string? connection)
    {
        var complete = Beside("Postgres", connection).PostgresOf("Postgres");
        return complete is not null && PostgresDatabase.Problem(complete) is { } problem ? throw new SettingsException([$"Option '--postgres' {problem}."]) : complete;
    }

    static IConfigurationRoot Beside(string name, string? connection) => new ConfigurationBuilder()
        .AddEnvironmentVariables()
        .AddInMemoryCollection([KeyValuePair.Create($"ConnectionStrings:{name}", connection)])
        .Build();
}
