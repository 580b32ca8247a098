using System.CommandLine;
using System.CommandLine.Parsing;
using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Orchestrator.Contracts;
using Orchestrator.Hosting.Health;
using Orchestrator.Hosting.Settings;
using Orchestrator.Journal;
using Orchestrator.MassTransit.Broker;
using Orchestrator.Storage;
using RabbitMQ.Client.Exceptions;

namespace Orchestrator.Hosting;

/// <summary>What the worker's program can be asked to do beside running: known trouble becomes a sentence and an exit code.</summary>
public static class WorkerCommand
{
    /// <summary>All went as it should.</summary>
    public const int Done = 0;

    /// <summary>A server is away or refuses, or somebody stopped it.</summary>
    public const int Trouble = 1;

    /// <summary>Wrong arguments or settings.</summary>
    public const int Usage = 2;

    /// <summary>It went, and the answer is no: something was refused, left, or found.</summary>
    public const int NotAll = 3;

    /// <summary>What would be done was listed, and nothing was done: nobody said yes.</summary>
    public const int DryRun = 4;

    /// <summary>Who asks for it.</summary>
    public static readonly Option<string> Actor = Telling("--by", "Who wants it");

    /// <summary>Why.</summary>
    public static readonly Option<string> Note = Telling("--note", "Why");

    // A word that begins with @ is a name, not a file of arguments.
    static readonly ParserConfiguration PlainWords = new() { ResponseFileTokenReplacer = null };

    /// <summary>Runs it.</summary>
    /// <param name="command">The command.</param>
    /// <param name="args">Its arguments.</param>
    /// <param name="afterwards">How things are after trouble; the rest of a sentence.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> Run(Command command, string[] args, string afterwards = "")
    {
        var parsed = new RootCommand { command }.Parse([command.Name, .. args], PlainWords);
        if (parsed.Errors is [var mistake, ..])
        {
            // A word that nobody knows explains what is missing because of it.
            var problem = parsed.UnmatchedTokens is [var unknown, ..]
                ? $"Unrecognized command or argument '{Printable(unknown)}'"
                : OneLine(mistake.Message).TrimEnd('.');
            return Say(command, Usage, $"{problem}; {command.Name} --help tells what can be asked for.");
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (SettingsException e)
        {
            return Say(command, Usage, e.Message);
        }
        catch (UsageException e)
        {
            return Say(command, Usage, $"{e.Message}.");
        }
        catch (TellableException e)
        {
            return Say(command, Trouble, $"{e.Message}{afterwards}.");
        }
        catch (DbException e)
        {
            return Say(command, Trouble, $"PostgreSQL at {PostgresDatabase.ServerOf(Configuration().PostgresOf("Postgres") ?? "")}: {(e as PostgresException)?.MessageText ?? e.GetBaseException().Message.TrimEnd('.')}; check ConnectionStrings__Postgres{afterwards}.");
        }
        catch (Exception e) when (e is BrokerUnreachableException or AlreadyClosedException or OperationInterruptedException or TimeoutException)
        {
            return Say(command, Trouble, $"RabbitMQ at {Settings().RabbitMq}: {e.GetBaseException().Message.TrimEnd('.')}; check ConnectionStrings__RabbitMQ{afterwards}.");
        }
        catch (OperationCanceledException)
        {
            return Say(command, Trouble, $"stopped before the end{afterwards}.");
        }
    }

    /// <summary>Says something to the operator.</summary>
    /// <returns>The exit code.</returns>
    public static int Say(Command command, int exitCode, string sentence)
    {
        Console.Error.WriteLine($"{command.Name}: {sentence}");
        return exitCode;
    }

    /// <summary>The worker's database, when it answers.</summary>
    /// <exception cref="DbException">It does not.</exception>
    public static async Task<PostgresDatabase> Database(HostSettings settings, CancellationToken cancellationToken)
    {
        var database = PostgresDatabase.Connect(settings.Postgres, SagaJournal.Party, TimeProvider.System, NullLogger<PostgresDatabase>.Instance);
        // Work waits for a database that is away; somebody at a terminal is told.
        await database.Ping(cancellationToken);
        return database;
    }

    /// <summary>The worker's settings, from the environment and its secrets.</summary>
    /// <exception cref="SettingsException">They can't be understood.</exception>
    public static HostSettings Settings()
    {
        using var configuration = Configuration();
        return HostSettings.Read(configuration, SagaJournal.Party);
    }

    static ConfigurationManager Configuration()
    {
        var configuration = new ConfigurationManager();
        configuration.SetBasePath(AppContext.BaseDirectory).AddJsonFile("appsettings.json", optional: true).AddEnvironmentVariables();
        configuration.AddSecretFiles();
        return configuration;
    }

    /// <summary>Understands ids.</summary>
    public static Guid[] Ids(ArgumentResult result)
    {
        var ids = new List<Guid>();
        foreach (var token in result.Tokens)
        {
            if (Guid.TryParse(token.Value, out var id))
                ids.Add(id);
            else
                result.AddError($"'{token.Value}' is no id; it is written like 0197f0c2-8d3e-7b61-9c05-1f2e3d4c5b6a");
        }

        return [.. ids];
    }

    /// <summary>An option that takes a time up to a year.</summary>
    public static Option<TimeSpan?> Duration(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            // A number alone would be days.
            var text = result.Tokens[0].Value;
            if (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time)
                && time >= TimeSpan.Zero && time <= TimeSpan.FromDays(365))
                return time;
            result.AddError($"{name} is '{text}'; it is a time up to a year, written like 00:05:00");
            return null;
        },
    };

    /// <summary>A text that somebody else wrote, for a terminal, which would obey some of its characters.</summary>
    public static string Printable(string text) => string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));

    static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>An option by which somebody says something.</summary>
    public static Option<string> Telling(string name, string description, bool required = true)
    {
        var option = new Option<string>(name) { Description = description, Required = required };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && string.IsNullOrWhiteSpace(text))
                result.AddError($"{name} must say something");
        });
        return option;
    }
}
