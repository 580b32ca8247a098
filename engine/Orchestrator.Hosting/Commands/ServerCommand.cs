using System.CommandLine;
using System.CommandLine.Parsing;
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

/// <summary>A command that works on the servers of the sagas' host, which the environment names.</summary>
/// <param name="name">Its name.</param>
/// <param name="description">What it does; which settings it needs; its exit codes.</param>
sealed class ServerCommand(string name, string description) : Command(name, description)
{
    /// <summary>How things are after trouble; the rest of a sentence.</summary>
    public string Afterwards { get; init; } = "";

    /// <summary>The database of the sagas, when it answers.</summary>
    /// <exception cref="DbException">It does not.</exception>
    public static async Task<PostgresDatabase> Database(HostSettings settings, CancellationToken cancellationToken)
    {
        var database = PostgresDatabase.Connect(
            settings.Postgres, SagaJournal.Party, TimeProvider.System, NullLogger<PostgresDatabase>.Instance);
        // Work waits for a database that is away; somebody at a terminal is told.
        await database.Ping(cancellationToken);
        return database;
    }

    /// <summary>The settings of the sagas' host, from the environment and its secrets.</summary>
    /// <exception cref="SettingsException">They can't be understood.</exception>
    public static HostSettings Settings()
    {
        using var configuration = Configuration();
        return HostSettings.Read(configuration, SagaJournal.Party);
    }

    /// <summary>What is said of trouble with the servers.</summary>
    /// <param name="exception">The trouble.</param>
    /// <param name="command">The command that met it.</param>
    /// <returns>Null for trouble of another kind.</returns>
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

    /// <summary>Where the settings come from: the environment and its secrets. To be disposed of.</summary>
    public static ConfigurationManager Configuration()
    {
        var configuration = new ConfigurationManager();
        configuration.AddDefaults();
        configuration.SetBasePath(AppContext.BaseDirectory).AddJsonFile("appsettings.json", optional: true).AddEnvironmentVariables();
        configuration.AddSecretFiles();
        return configuration;
    }
}
