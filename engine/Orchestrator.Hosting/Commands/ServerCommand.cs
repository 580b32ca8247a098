using System.CommandLine;
using System.Data.Common;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Orchestrator.Contracts;
using Orchestrator.Hosting.Settings;
using Orchestrator.Journal;
using Orchestrator.Storage;
using RabbitMQ.Client.Exceptions;

namespace Orchestrator.Hosting.Commands;

/// <summary>A command that uses the servers of the sagas' host. The environment names the servers.</summary>
/// <param name="name">Its name.</param>
/// <param name="description">What it does, which settings it needs, and its exit codes.</param>
sealed class ServerCommand(string name, string description) : Command(name, description)
{
    /// <summary>The state after an error, as the rest of a sentence.</summary>
    public string Afterwards { get; init; } = "";

    /// <summary>Connects to the database of the sagas, and checks that it answers.</summary>
    /// <exception cref="DbException">The database does not answer.</exception>
    public static async Task<PostgresDatabase> Database(HostSettings settings, CancellationToken cancellationToken)
    {
        var database = PostgresDatabase.Connect(
            settings.Postgres, SagaJournal.Party, TimeProvider.System, NullLogger<PostgresDatabase>.Instance);
        // A host waits for a database that can't be reached. A person at a terminal gets an error.
        await database.Ping(cancellationToken);
        return database;
    }

    /// <summary>The settings of the sagas' host, from the environment and its secrets.</summary>
    /// <exception cref="SettingsException">Some are missing or wrong.</exception>
    public static HostSettings Settings()
    {
        using var configuration = Configuration();
        return HostSettings.Read(configuration, SagaJournal.Party);
    }

    /// <summary>Explains errors of the servers.</summary>
    /// <param name="exception">The error.</param>
    /// <param name="command">The command in which it happened.</param>
    /// <returns>Null for other errors.</returns>
    public static Trouble? Troubles(Exception exception, Command command)
    {
        var afterwards = command is ServerCommand server ? server.Afterwards : "";
        return exception switch
        {
            SettingsException => null,
            TellableException => new(ExitCode.Trouble, $"{exception.Message}{afterwards}."),
            DbException => new(
                ExitCode.Trouble,
                $"PostgreSQL at {PostgresServer()}: {(exception as PostgresException)?.MessageText ?? Reason(exception)}; check "
                + $"ConnectionStrings__Postgres{afterwards}."),
            BrokerUnreachableException or AlreadyClosedException or OperationInterruptedException or TimeoutException => new(
                ExitCode.Trouble,
                $"RabbitMQ at {Settings().RabbitMq}: {Reason(exception)}; check ConnectionStrings__RabbitMQ{afterwards}."),
            OperationCanceledException => new(ExitCode.Trouble, $"stopped before the end{afterwards}."),
            _ => null,
        };
    }

    static string Reason(Exception exception) => exception.GetBaseException().Message.TrimEnd('.');

    static string PostgresServer()
    {
        using var configuration = Configuration();
        return PostgresDatabase.ServerOf(configuration.PostgresOf("Postgres") ?? "");
    }

    /// <summary>The configuration from the environment and its secrets. The caller disposes of it.</summary>
    public static ConfigurationManager Configuration()
    {
        var configuration = new ConfigurationManager();
        configuration.AddDefaults();
        configuration.SetBasePath(AppContext.BaseDirectory).AddJsonFile("appsettings.json", optional: true).AddEnvironmentVariables();
        configuration.AddSecretFiles();
        return configuration;
    }
}
