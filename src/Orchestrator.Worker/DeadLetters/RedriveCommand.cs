using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Journal.DeadLetters;
using Orchestrator.ServiceDefaults.Broker;
using Orchestrator.ServiceDefaults.Hosting;
using Orchestrator.Storage;
using RabbitMQ.Client.Exceptions;

namespace Orchestrator.Worker.DeadLetters;

/// <summary>The command <c>redrive</c>: an operator returns dead letters.</summary>
static class RedriveCommand
{
    const int AllSent = 0, Trouble = 1, Usage = 2, SomeLeft = 3;

    static readonly Option<Guid[]> Ids = new("--id") { Description = "These, by the column id", AllowMultipleArgumentsPerToken = true };
    static readonly Option<string?> Queue = new("--queue") { Description = "All of one source_queue" };
    static readonly Option<bool> All = new("--all") { Description = "All that nobody has sent back yet" };
    static readonly Option<string> Actor = new("--by") { Description = "Who wants it", Required = true };
    static readonly Option<string> Note = new("--note") { Description = "Why: what has been mended", Required = true };

    /// <summary>Runs it.</summary>
    /// <returns>The exit code: 0 when all went back, 3 when some did not, 2 for wrong usage or settings, 1 for anything else.</returns>
    public static async Task<int> Run(string[] args)
    {
        var command = new Command("redrive", """
            Sends dead letters back to the queues that they came from, under the ids that they had, and notes who did so and why.

            Needs ConnectionStrings__Postgres and ConnectionStrings__RabbitMQ, as the worker does. What fails again is set aside again, as a
            dead letter of its own. Exit code: 0 all went back, 3 some did not, 2 usage or settings, 1 anything else.
            """) { Ids, Queue, All, Actor, Note };
        command.Validators.Add(asked =>
        {
            var ways = new[] { asked.GetValue(Ids) is { Length: > 0 }, asked.GetValue(Queue) is not null, asked.GetValue(All) }.Count(way => way);
            if (ways != 1)
                asked.AddError("Which ones? Give one of --id, --queue and --all");
            if (new[] { asked.GetResult(Actor), asked.GetResult(Note) }.Any(given => given?.Tokens is [{ Value: var text }] && string.IsNullOrWhiteSpace(text)))
                asked.AddError("--by and --note must say something");
        });
        command.SetAction(Run);
        var parsed = new RootCommand { command }.Parse(["redrive", .. args]);
        if (parsed.Errors is [var mistake, ..])
            return Say(Usage, $"{mistake.Message.TrimEnd('.')}; redrive --help tells what can be asked for.");
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (SettingsException e)
        {
            return Say(Usage, e.Message);
        }
        catch (Exception e) when (e is BrokerRefusedException or BrokerUnreachableException or AlreadyClosedException or OperationInterruptedException or System.Data.Common.DbException)
        {
            return Say(Trouble, $"{e.GetBaseException().Message.TrimEnd('.')}; what has not been sent back is still there.");
        }
        catch (OperationCanceledException)
        {
            return Say(Trouble, "stopped before the end; what has not been sent back is still there.");
        }
    }

    static async Task<int> Run(ParseResult parsed, CancellationToken stop)
    {
        using var configuration = new ConfigurationManager();
        configuration.SetBasePath(AppContext.BaseDirectory).AddJsonFile("appsettings.json", optional: true).AddEnvironmentVariables();
        configuration.AddSecretFiles();
        var settings = HostSettings.Read(configuration, WorkerRegistration.Party);
        await using var database = PostgresDatabase.Connect(settings.Postgres, WorkerRegistration.Party, TimeProvider.System, NullLogger<PostgresDatabase>.Instance);
        var store = new RedriveStore(database);
        IReadOnlyCollection<Guid> letters = parsed.GetValue(Ids) is { Length: > 0 } ids ? ids : await store.Open(parsed.GetValue(Queue), stop);
        if (letters.Count == 0 && parsed.GetValue(Queue) is { } queue)
            return Say(SomeLeft, $"nothing that came from '{queue}' waits to be sent back; the column source_queue has the names.");
        var left = 0;
        var sent = await new Redrive(settings.RabbitMq, store).Run(letters, parsed.GetValue(Actor)!, parsed.GetValue(Note)!, Left, stop);
        Console.WriteLine(FormattableString.Invariant($"sent={sent} left={left}"));
        return left == 0 ? AllSent : SomeLeft;

        void Left(Guid letter, string reason)
        {
            left++;
            Say(SomeLeft, $"{letter} stays: {reason}");
        }
    }

    static int Say(int exitCode, string sentence)
    {
        Console.Error.WriteLine($"redrive: {sentence}");
        return exitCode;
    }
}
