using System.CommandLine;
using System.Data.Common;
using Orchestrator.Engine;
using Orchestrator.Hosting;
using Orchestrator.Hosting.Health;
using Orchestrator.Hosting.Settings;
using Orchestrator.Local.Faults;
using Orchestrator.Local.Orders;
using Orchestrator.Local.Permissions;
using Orchestrator.Local.Reporting;
using Orchestrator.Local.Runs;
using Orchestrator.Local.Servers;
using Orchestrator.MassTransit.Broker;
using Orchestrator.Storage;

namespace Orchestrator.Local;

/// <summary>The command line: what a user may ask for, and what is said when it can't be done.</summary>
public static class CommandLine
{
    const string Files = """


        An orders file has one JSON object a line:
          {"orderId":"<uuid>","orderNumber":"10248","customerId":"VINET","placedAt":"1996-07-04T00:00:00Z","currency":"USD",
           "lines":[{"sku":"NW-11","quantity":12,"unitPrice":14.0}],"shipTo":{"country":"France","postalCode":"51100"}}
        A stock file has a line "sku,onHand" for each SKU; it sets what is on hand of SKUs not yet known, and changes no known one.
        Bad lines are reported on standard error with their number and reason, and the rest goes on.
        Orders that are known already are not processed twice.

        With --rabbitmq and --postgres all parties run in this process on those servers, each with a schema of its own. With
        --submit-only they run elsewhere: orders are sent, and with --watch also waited for. Their passwords are Passwords__RabbitMQ and
        Passwords__Postgres, in the environment or in files of these names in /run/secrets (or the folder that Secrets__Folder names):
        everybody on a machine can read arguments. Tls__Authorities (whom to trust, with amqps) holds here too. A server that gives no
        answer for 60 s, or with --watch a worker that takes no orders for so long, ends the run with a sentence; with --wait it is
        waited for.

        --faults has participants misbehave, for trials and demonstrations; not with --submit-only. Entries between semicolons,
        of which later ones override earlier ones; for example:
          payment: refuse=0.1 silence=0.1 delay=0.1 late=0.1 duplicate=0.1; inventory: silence=0.05; all: duplicate=0.02; seed=7; pace=0.1
        Participants are inventory, payment, shipping, and all. Of their commands so many meet a fault, from 0 to 1:
          refuse     an act that business may refuse is refused, whenever it is attempted
          silence    no answer: half of the commands are lost, the other half of the answers
          delay      the command arrives late, by up to twice its time limit
          late       the answer comes after the time limit, by up to as much again
          duplicate  the command is handled and answered twice
        A command meets at most one of the last four, so they add up to 1 at most. seed (1) chooses which; pace (1, from 0.001
        to 100) multiplies the time limits and pauses of the sagas.

        Exit code: 0 every accepted order is terminal (lines may have been rejected), 3 some orders are suspended,
        2 wrong usage or an input file that can't be read, 1 anything else.
        """;

    /// <summary>Understands the arguments, runs what they ask for, and turns known trouble into one sentence on standard error.</summary>
    /// <param name="args">The arguments of the process.</param>
    /// <param name="run">Performs a run and returns its exit code.</param>
    /// <param name="output">Where help goes.</param>
    /// <param name="error">Where trouble goes.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> Run(string[] args, Func<ProcessOptions, CancellationToken, Task<int>> run, TextWriter output, TextWriter error)
    {
        var parsed = Root(run, output).Parse(args);
        if (parsed.Errors is [var mistake, ..])
            return Say(ExitCode.Usage, $"{mistake.Message.TrimEnd('.')}; --help tells what can be asked for.");
        using var interruption = new Interruption();
        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
                interruption.Token);
        }
        catch (Exception e) when (e is InputFileException or OutputFolderException or SettingsException)
        {
            return Say(ExitCode.Usage, e.Message);
        }
        catch (Exception e) when (e is DataFolderException or StuckException or BreakdownException or SilenceException)
        {
            return Say(ExitCode.Trouble, e.Message);
        }
        catch (NewerSchemaException e)
        {
            return Say(ExitCode.Trouble, $"The data can't be opened: {e.Message}.");
        }
        catch (BrokerRefusedException e)
        {
            return Say(ExitCode.Trouble, $"{e.Message}.");
        }
        catch (DbException e) when (e.InnerException is CertificateException refused)
        {
            return Say(ExitCode.Trouble, $"PostgreSQL can't be trusted: {refused.Message}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DbException)
        {
            return Say(ExitCode.Trouble, $"The run broke off: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            return Say(ExitCode.Trouble, "The run was interrupted; the same command goes on where it stopped.");
        }
#pragma warning disable CA1031 // The last catch of the process: what is not known trouble is a defect, told in full, and has its exit code.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (Refused(e) is { } refused)
                return Say(ExitCode.Trouble, $"The program can't start: {refused.Message}.");
            await error.WriteLineAsync(e.ToString());
            return ExitCode.Trouble;
        }

        int Say(int exitCode, string sentence)
        {
            error.WriteLine(Terminal.Printable(sentence));
            return exitCode;
        }
    }

    // The container and the bus wrap what a saga's constructor throws.
    static DefinitionException? Refused(Exception? trouble)
    {
        while (trouble is not (null or DefinitionException))
            trouble = trouble.InnerException;
        return trouble as DefinitionException;
    }

    static string? FaultsProblem(string spec)
    {
        try
        {
            FaultSpec.Parse(spec);
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    static RootCommand Root(Func<ProcessOptions, CancellationToken, Task<int>> run, TextWriter output)
    {
        var orders = new Option<string>("--orders") { Required = true, HelpName = "FILE.jsonl", Description = "The orders, one JSON object a line." };
        var stock = new Option<string>("--stock") { HelpName = "FILE.csv", Description = "The stock: sku,onHand. May be left out with --submit-only." };
        var data = new Option<string>("--data")
        {
            HelpName = "DIR",
            Description = "The folder of the databases, where no servers are named; a run creates it when it is new.",
            DefaultValueFactory = _ => ProcessOptions.DefaultData,
        };
        var into = new Option<string>("--into") { HelpName = "DIR", Description = "The folder of the documents; they are printed when none is named." };
        foreach (var path in new[] { orders, stock, data, into })
        {
            path.Validators.Add(result =>
            {
                if (result.Tokens is [{ Value: var value }] && string.IsNullOrWhiteSpace(value))
                    result.AddError($"Option '{path.Name}' is empty");
            });
        }

        var json = new Option<bool>("--json") { Description = "End standard output with the summary as one JSON object." };
        var rabbitMq = new Option<string>("--rabbitmq") { HelpName = "URI", Description = $"The broker: {NamedServers.BrokerForm}" };
        var postgres = new Option<string>("--postgres") { HelpName = "CONNECTION", Description = "The database: \"Host=localhost;Database=orchestrator;Username=…\"" };
        var submitOnly = new Option<bool>("--submit-only") { Description = "Send the orders to hosts that run elsewhere." };
        var watch = new Option<bool>("--watch") { Description = "With --submit-only: wait until each order has come to its end." };
        var wait = new Option<bool>("--wait")
        {
            Description = "Wait for servers, and with --watch for hosts, for as long as they give no answer; without it the run ends after 60 s.",
        };
        // For tests: nobody at a terminal needs to say how long.
        var patience = new Option<double>("--patience") { Hidden = true, DefaultValueFactory = _ => ServerOptions.DefaultPatience.TotalSeconds };
        var faults = new Option<string>("--faults") { HelpName = "SPEC", Description = $"Have participants misbehave: \"{FaultSpec.Example}\"" };
        faults.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var value }] && FaultsProblem(value) is { } problem)
                result.AddError($"Option '--faults', {problem}");
        });
        var process = new Command("process", "Runs orders of your own until each is fulfilled, cancelled or suspended." + Files)
        {
            orders, stock, data, json, rabbitMq, postgres, submitOnly, watch, wait, patience, faults,
        };
        process.Validators.Add(asked =>
        {
            var (broker, database) = (asked.GetValue(rabbitMq), asked.GetValue(postgres));
            var mistake = (asked.GetValue(submitOnly), asked.GetValue(watch)) switch
            {
                _ when broker is not null && !BrokerAddress.TryParse(broker, out _) => $"Option '--rabbitmq' is no broker's address like {NamedServers.BrokerForm}",
                _ when database is not null && PostgresDatabase.Problem(database) is { } problem => $"Option '--postgres' {problem}",
                _ when broker is null && database is not null => "Option '--postgres' needs '--rabbitmq'",
                _ when broker is not null && asked.GetResult(data) is { Implicit: false } => "Option '--data' is for runs without servers",
                _ when broker is null && asked.GetValue(wait) => "Option '--wait' needs '--rabbitmq'",
                (true, _) when broker is null => "Option '--submit-only' needs '--rabbitmq'",
                (true, _) when asked.GetValue(faults) is not null => "Option '--faults' does not go with '--submit-only': the participants run elsewhere",
                (false, true) => "Option '--watch' needs '--submit-only'",
                (false, _) when broker is not null && database is null => "Option '--rabbitmq' needs '--postgres', or '--submit-only'",
                (false, _) when asked.GetValue(stock) is null && asked.GetResult(stock) is null => "Option '--stock' is required",
                (true, true) when database is null => "Option '--watch' needs '--postgres'",
                (true, _) when asked.GetValue(stock) is not null && database is null => "Option '--stock' needs '--postgres'",
                _ => null,
            };
            if (mistake is not null)
                asked.AddError(mistake);
        });
        process.SetAction((parsed, cancellation) => Warned(parsed, () => run(
            new ProcessOptions(parsed.GetValue(orders)!, parsed.GetValue(stock), parsed.GetValue(data)!, parsed.GetValue(json))
            {
                Servers = NamedServers.RabbitMq(parsed.GetValue(rabbitMq)) is { } broker
                    ? new ServerOptions(
                        broker, NamedServers.Postgres(parsed.GetValue(postgres)), parsed.GetValue(submitOnly), parsed.GetValue(watch),
                        parsed.GetValue(wait) ? null : TimeSpan.FromSeconds(parsed.GetValue(patience)))
                    : null,
                Faults = parsed.GetValue(faults) is { } spec ? FaultSpec.Parse(spec) : null,
            },
            cancellation)));

        var order = new Argument<string>("ORDER") { Description = "The order's number, or its id." };
        var show = new Command("show", "Shows one order, step by step; also while a run is under way.") { order, data, postgres };
        show.SetAction((parsed, cancellation) => Warned(parsed, () => NamedServers.Postgres(parsed.GetValue(postgres)) is { } database
            ? ShowOrder.PrintFromPostgres(parsed.GetValue(order)!, database, output, cancellation)
            : ShowOrder.Print(parsed.GetValue(order)!, parsed.GetValue(data)!, output)));

        var sagas = new Command("sagas", "Writes a document about each saga: its steps, its time limits and its states.") { into };
        sagas.SetAction(parsed => SagaDocuments.Write(parsed.GetValue(into), output));

        var permissions = new Command("permissions", "Writes what each party may do at RabbitMQ: definitions for the server, and a table for people.") { into };
        permissions.SetAction(parsed => BrokerDefinitions.Write(parsed.GetValue(into), output));

        var settings = new Command("settings", "Writes a document about every setting of the hosts.") { into };
        settings.SetAction(parsed => Documents.Write(SettingsDocument.All(), parsed.GetValue(into), output));

        var root = new RootCommand($"""
            Carries orders through stock, payment and shipping, in one process with nothing to install.

            Without arguments it runs the sample orders that come with it, and keeps their state in {ProcessOptions.Sample.Data}; a second run does nothing twice.
            """) { process, show, sagas, permissions, settings };
        root.SetAction((_, cancellation) => run(ProcessOptions.Sample, cancellation));
        return root;

        Task<int> Warned(ParseResult parsed, Func<Task<int>> act)
        {
            if (NamedServers.Warning(parsed.GetValue(rabbitMq), parsed.GetValue(postgres)) is { } warning)
                parsed.InvocationConfiguration.Error.WriteLine(warning);
            return act();
        }
    }
}
