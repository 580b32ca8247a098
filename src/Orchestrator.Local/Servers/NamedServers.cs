using Microsoft.Extensions.Configuration;
using Orchestrator.Hosting;
using Orchestrator.Hosting.Health;
using Orchestrator.Hosting.Settings;
using Orchestrator.MassTransit.Broker;
using Orchestrator.Storage;

namespace Orchestrator.Local.Servers;

/// <summary>
/// The servers that the command line names, reached as hosts reach theirs: with <c>Tls__Authorities</c> and <c>Passwords__…</c> from the
/// environment or from files.
/// </summary>
static class NamedServers
{
    /// <summary>How the broker's address is written.</summary>
    public const string BrokerForm = "amqp://user@host:5672/virtual-host";

    /// <summary>What to say of passwords in the command line; nothing when there is none.</summary>
    public static string? Warning(string? rabbitMq, string? postgres) =>
        PasswordsInArguments.Warning([KeyValuePair.Create("RabbitMQ", rabbitMq), KeyValuePair.Create("Postgres", postgres)]);

    /// <summary>The broker.</summary>
    /// <returns>Nothing when it is no address.</returns>
    /// <exception cref="SettingsException">There are no certificates where <c>Tls__Authorities</c> says.</exception>
    public static BrokerAddress? RabbitMq(string? uri)
    {
        using var configuration = Beside("RabbitMQ", uri);
        return configuration.RabbitMqOf();
    }

    /// <summary>The database's connection string.</summary>
    /// <returns>Nothing when none is named.</returns>
    /// <exception cref="SettingsException">It can't be used.</exception>
    public static string? Postgres(string? connection)
    {
        using var configuration = Beside("Postgres", connection);
        var complete = configuration.PostgresOf("Postgres");
        return complete is not null && PostgresDatabase.Problem(complete) is { } problem
            ? throw new SettingsException([$"Option '--postgres' {problem}."]) : complete;
    }

    static ConfigurationManager Beside(string name, string? connection)
    {
        var configuration = new ConfigurationManager();
        configuration.AddEnvironmentVariables();
        configuration.AddSecretFiles();
        configuration.AddInMemoryCollection([KeyValuePair.Create($"ConnectionStrings:{name}", connection)]);
        return configuration;
    }
}
