using System.CommandLine;
using System.CommandLine.Parsing;
using Orchestrator.Hosting.Commands;
using Orchestrator.Local.Faults;
using Orchestrator.Local.Servers;
using Orchestrator.MassTransit.Broker;
using Orchestrator.Storage;

namespace Orchestrator.Local;

/// <summary>The command <c>process</c>: runs a file of orders.</summary>
static class ProcessCommand
{
    const string Files = """


        An orders file has one JSON object a line:
          {"orderId":"<uuid>","orderNumber":"10248","customerId":"VINET","placedAt":"1996-07-04T00:00:00Z","currency":"USD",
           "lines":[{"sku":"NW-11","quantity":12,"unitPrice":14.0}],"shipTo":{"country":"France","postalCode":"51100"}}
        A stock file has a line "sku,onHand" for each SKU. It sets the stock of new SKUs, and does not change known SKUs.
        Bad lines are reported on standard error with their number and reason, and the other lines are processed.
        Orders that are known already are not processed twice.

        With --rabbitmq and --postgres all parties run in this process on those servers, each with a schema of its own. With
        --submit-only they run elsewhere: this process only sends the orders, and with --watch also waits for their ends. The
        passwords of the servers are Passwords__RabbitMQ and Passwords__Postgres, in the environment or in files of these names in
        /run/secrets (or the folder that Secrets__Folder names). They should not be arguments: every user of a machine can read
        arguments. Tls__Authorities (the authorities to trust, with amqps) applies here too. The run ends with a message when a
        server does not answer for 60 s, or with --watch when no worker takes orders for 60 s. With --wait it goes on waiting.

        --faults makes participants misbehave, for trials and demonstrations; not with --submit-only. It has entries, separated by
        semicolons. A later entry overrides an earlier one. For example:
          payment: refuse=0.1 silence=0.1 delay=0.1 late=0.1 duplicate=0.1; inventory: silence=0.05; all: duplicate=0.02; seed=7; pace=0.1
        Participants are inventory, payment, shipping, and all. The number after a fault is the share of commands that meet it, from 0
        to 1:
          refuse     an act that business may refuse is refused, in every attempt
          silence    no answer: in half of the cases the command is lost, in the other half the answer
          delay      the command arrives late, by up to twice its time limit
          late       the answer comes after one to two times the time limit
          duplicate  the command is handled and answered twice
        A command meets at most one of the last four, so they add up to 1 at most. seed (1) chooses the commands that meet faults.
        pace (1, from 0.001 to 100) multiplies the time limits and pauses of the sagas.

        Exit code: 0 every accepted order has ended (lines may have been rejected), 3 some orders are suspended,
        2 wrong usage or an input file that can't be read, 1 anything else.
        """;

    static readonly Option<string> Orders = CommandOptions.Path(new("--orders")
    {
        Required = true,
        HelpName = "FILE.jsonl",
        Description = "The orders, one JSON object a line.",
    });

    static readonly Option<string> Stock = CommandOptions.Path(
        new("--stock") { HelpName = "FILE.csv", Description = "The stock: sku,onHand. May be left out with --submit-only." });

    static readonly Option<bool> Json = new("--json") { Description = "End standard output with the summary as one JSON object." };
    static readonly Option<bool> SubmitOnly = new("--submit-only") { Description = "Send the orders to hosts that run elsewhere." };
    static readonly Option<bool> Watch = new("--watch") { Description = "With --submit-only: wait until each order has ended." };

    static readonly Option<bool> Wait = new("--wait")
    {
        Description =
            "Wait without limit for servers, and with --watch for hosts, that do not answer; without it the run ends after 60 s.",
    };

    // For tests. A user at a terminal does not need it.
    static readonly Option<double> Patience = new("--patience")
    {
        Hidden = true,
        DefaultValueFactory = _ => ServerOptions.DefaultPatience.TotalSeconds,
    };

    static readonly Option<string> Faults = Checked(
        new("--faults") { HelpName = "SPEC", Description = $"Make participants misbehave: \"{FaultSpec.Example}\"" });

    /// <summary>Makes the command.</summary>
    /// <param name="run">Performs a run and returns its exit code.</param>
    public static Command Create(Func<ProcessOptions, CancellationToken, Task<int>> run)
    {
        var process = new Command("process", "Runs your orders until each is fulfilled, cancelled or suspended." + Files)
        {
            Orders, Stock, PlaceOptions.Data, Json, PlaceOptions.RabbitMq, PlaceOptions.Postgres, SubmitOnly, Watch, Wait, Patience, Faults,
        };
        process.Validators.Add(asked =>
        {
            if (Mistake(asked) is { } mistake)
                asked.AddError(mistake);
        });
        process.SetAction((parsed, cancellation) =>
        {
            PlaceOptions.Warn(parsed);
            return run(Options(parsed), cancellation);
        });
        return process;
    }

    static ProcessOptions Options(ParseResult parsed) =>
        new(parsed.GetValue(Orders)!, parsed.GetValue(Stock), parsed.GetValue(PlaceOptions.Data)!, parsed.GetValue(Json))
        {
            Servers = NamedServers.RabbitMq(parsed.GetValue(PlaceOptions.RabbitMq)) is { } broker
                ? new ServerOptions(
                    broker, NamedServers.Postgres(parsed.GetValue(PlaceOptions.Postgres)), parsed.GetValue(SubmitOnly),
                    parsed.GetValue(Watch),
                    parsed.GetValue(Wait) ? null : TimeSpan.FromSeconds(parsed.GetValue(Patience)))
                : null,
            Faults = parsed.GetValue(Faults) is { } spec ? FaultSpec.Parse(spec) : null,
        };

    static string? Mistake(CommandResult asked)
    {
        var (broker, database) = (asked.GetValue(PlaceOptions.RabbitMq), asked.GetValue(PlaceOptions.Postgres));
        return (asked.GetValue(SubmitOnly), asked.GetValue(Watch)) switch
        {
            _ when broker is not null && !BrokerAddress.TryParse(broker, out _) =>
                $"Option '--rabbitmq' is no broker's address like {NamedServers.BrokerForm}",
            _ when database is not null && PostgresDatabase.Problem(database) is { } problem => $"Option '--postgres' {problem}",
            _ when broker is null && database is not null => "Option '--postgres' needs '--rabbitmq'",
            _ when broker is not null && asked.GetResult(PlaceOptions.Data) is { Implicit: false } =>
                "Option '--data' is for runs without servers",
            _ when broker is null && asked.GetValue(Wait) => "Option '--wait' needs '--rabbitmq'",
            (true, _) when broker is null => "Option '--submit-only' needs '--rabbitmq'",
            (true, _) when asked.GetValue(Faults) is not null =>
                "Option '--faults' does not go with '--submit-only': the participants run elsewhere",
            (false, true) => "Option '--watch' needs '--submit-only'",
            (false, _) when broker is not null && database is null => "Option '--rabbitmq' needs '--postgres', or '--submit-only'",
            (false, _) when asked.GetValue(Stock) is null && asked.GetResult(Stock) is null => "Option '--stock' is required",
            (true, true) when database is null => "Option '--watch' needs '--postgres'",
            (true, _) when asked.GetValue(Stock) is not null && database is null => "Option '--stock' needs '--postgres'",
            _ => null,
        };
    }

    static Option<string> Checked(Option<string> faults)
    {
        faults.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var value }] && FaultsProblem(value) is { } problem)
                result.AddError($"Option '--faults', {problem}");
        });
        return faults;
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
}
