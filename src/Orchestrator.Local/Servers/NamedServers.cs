using Microsoft.Extensions.Configuration;
using Orchestrator.Hosting.Settings;
using Orchestrator.MassTransit.Broker;
using Orchestrator.Storage;

namespace Orchestrator.Local.Servers;

/// <summary>
/// The servers that the command line names. As for hosts, <c>Tls__Authorities</c> and <c>Passwords__…</c> come from the environment or
/// from files.
/// </summary>
static class NamedServers
{
    /// <summary>The form of the broker's address.</summary>
    public const string BrokerForm = "amqp://user@host:5672/virtual-host";

    /// <summary>The warning about passwords in the command line, or null if it has no password.</summary>
    public static string? Warning(string? rabbitMq, string? postgres) =>
        PasswordsInArguments.Warning([KeyValuePair.Create("RabbitMQ", rabbitMq), KeyValuePair.Create("Postgres", postgres)]);

    /// <summary>The address of the broker.</summary>
    /// <returns>Null when the text is not an address.</returns>
    /// <exception cref="SettingsException">The file that <c>Tls__Authorities</c> names has no certificates.</exception>
    public static BrokerAddress? RabbitMq(string? uri)
    {
        using var configuration = Beside("RabbitMQ", uri);
        return configuration.RabbitMqOf();
    }

    /// <summary>The database's connection string.</summary>
    /// <returns>Null when the command line names none.</returns>
    /// <exception cref="SettingsException">The connection string is wrong.</exception>
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
