using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using Orchestrator.Hosting.Commands;
using Orchestrator.Hosting.Settings;
using Orchestrator.Journal;
using Orchestrator.MassTransit.Broker;

namespace Orchestrator.Hosting.Reconciliation;

/// <summary>The command <c>reconcile</c>: compares all books once.</summary>
/// <param name="sagas">The sagas whose last messages it can send again.</param>
/// <param name="reconciliations">The books, and what must agree between them.</param>
sealed class ReconcileCommand(SagaParty sagas, IReadOnlyList<ISagaReconciliation> reconciliations)
{
    static readonly Option<bool> RepairOption = new("--repair")
    {
        Description = "Mend what can be mended without risk: finished sagas send their last messages again",
    };

    static readonly Option<bool> JsonOption = new("--json") { Description = "Print one JSON object a line" };

    static readonly Option<bool> AcknowledgedOption = new("--acknowledged")
    {
        Description = "List acknowledged contradictions too, with who acknowledged them, when and why",
    };

    static readonly Option<string> Actor = CommandOptions.Telling("--by", "Who acknowledges it", required: false);
    static readonly Option<string> Reason = CommandOptions.Telling("--reason", "How it was settled", required: false);

    readonly Option<TimeSpan?> _settledFor = CommandOptions.Duration(
        "--settled-for", "Judge only sagas that ended longer ago than this, as hh:mm:ss; 00:05:00 unless given");

    readonly Option<string[]> _acknowledge = new("--acknowledge")
    {
        Description =
            "Acknowledge the contradictions about these sagas (ids or business keys): they were settled by hand, and are listed again only "
            + "when they change",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Makes it.</summary>
    public Command Create()
    {
        var parties = string.Join(", ", ReconciliationSettings.Participants(reconciliations).Prepend("the sagas"));
        var strings = string.Concat(ReconciliationSettings.Participants(reconciliations).Select(party => $", __{Connections.NameOf(party)}"));
        var command = new Command("reconcile", $"""
            Compares the books of {parties} about every {Nouns}.

            It reads the books at ConnectionStrings__Postgres{strings}. A book that has no setting is read in the database of the
            sagas. --repair needs ConnectionStrings__RabbitMQ too. Exit code: 0 all books agree, or all contradictions are
            acknowledged, 3 there are others, or there is nothing to acknowledge, 2 usage or settings, 1 anything else.
            """) { RepairOption, JsonOption, _settledFor, AcknowledgedOption, _acknowledge, Actor, Reason };
        command.Validators.Add(asked =>
        {
            var (acknowledges, tells) = (IsGiven(_acknowledge), new[] { Actor, Reason }.Count(IsGiven));
            if (acknowledges && tells < 2)
                asked.AddError("--acknowledge needs --by and --reason: who has settled it, and how");
            if (!acknowledges && tells > 0)
                asked.AddError("--by and --reason need --acknowledge");
            if (acknowledges && (IsGiven(RepairOption) || IsGiven(AcknowledgedOption)))
                asked.AddError("--acknowledge can't be combined with --repair or --acknowledged");

            bool IsGiven(Option option) => asked.GetResult(option) is { Implicit: false };
        });
        command.SetAction((parsed, stop) => parsed.GetValue(_acknowledge) is { Length: > 0 } named
            ? Acknowledge(command, parsed, named, stop)
            : Compare(parsed, stop));
        return command;
    }

    string Nouns => string.Join(" and every ", reconciliations.Select(reconciliation => reconciliation.Noun));

    static ContradictionPrinter Printer(ParseResult parsed) => new(parsed.GetValue(JsonOption));

    TimeSpan SettledLongAgo(ParseResult parsed) => parsed.GetValue(_settledFor) ?? Reconciler.SettledAfter;

    async Task<int> Acknowledge(Command command, ParseResult parsed, IReadOnlyCollection<string> named, CancellationToken stop)
    {
        using var host = Build(repairs: false);
        // A host waits for a database that is away. A person at a terminal is told at once.
        await host.Services.GetServices<Ledgers>().First().Sagas.Ping(stop);
        return await ActivatorUtilities.CreateInstance<Acknowledging>(host.Services, command, Printer(parsed))
            .Run(named, SettledLongAgo(parsed), parsed.GetValue(Actor)!, parsed.GetValue(Reason)!, stop);
    }

    async Task<int> Compare(ParseResult parsed, CancellationToken stop)
    {
        var (repairs, printer) = (parsed.GetValue(RepairOption), Printer(parsed));
        using var host = Build(repairs);
        var (began, contradictions, mended, acknowledged) = (TimeProvider.System.GetTimestamp(), 0L, 0L, 0L);
        (string Kind, Guid Id)? last = null;
        if (repairs)
            await host.Services.GetRequiredService<StartUp>().Begin(stop);
        try
        {
            var compared = await host.Services.GetRequiredService<Reconciler>().Run(SettledLongAgo(parsed), Found, stop);
            var seconds = Math.Round(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 1);
            printer.Sum(
            [
                .. compared.Select(kind => ($"{kind.Noun}s", (object)kind.Count)), ("contradictions", contradictions), ("mended", mended),
                ("acknowledged", acknowledged), ("seconds", seconds),
            ]);
            return contradictions == 0 ? ExitCode.Done : ExitCode.NotAll;
        }
        finally
        {
            if (repairs)
                await host.Services.GetRequiredService<StartUp>().End(CancellationToken.None);
        }

        async Task Found(Contradiction contradiction, Acknowledgement? acknowledgement)
        {
            if (acknowledgement is not null)
            {
                acknowledged++;
                if (parsed.GetValue(AcknowledgedOption))
                    printer.Print(contradiction, acknowledgement);
                return;
            }

            contradictions++;
            IReadOnlyList<string> sent = [];
            if (repairs && contradiction.Finding.IsSafe)
            {
                // The last messages of a saga mend all safe findings about it.
                var saga = (contradiction.SagaKind, contradiction.SagaId);
                if (saga != last && await SendAgain(host, contradiction, stop) is { } messages)
                    (sent, last) = (messages, saga);
                if (saga == last)
                    mended++;
            }

            printer.Print(contradiction, null, sent);
        }
    }

    // Returns null if the messages could not be sent.
    static async Task<IReadOnlyList<string>?> SendAgain(IHost host, Contradiction contradiction, CancellationToken stop)
    {
        try
        {
            return await host.Services.GetRequiredService<Repair>().Run(contradiction.SagaKind, contradiction.SagaId, stop);
        }
        catch (DeferredMessageException e)
        {
            await Console.Error.WriteLineAsync(
                $"{contradiction.Noun} {contradiction.SagaId} is not mended: {e.Message}; run the command again when it does");
            return null;
        }
    }

    IHost Build(bool repairs)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning);
        builder.Configuration.AddSecretFiles();
        builder.Services.AddReconciler(builder.Configuration, reconciliations, sagas.Kinds());
        builder.Services.AddSingleton(TimeProvider.System);
        if (!repairs)
            return builder.Build();
        var settings = HostSettings.Read(builder.Configuration, SagaJournal.Party);
        builder.Services.AddOrchestrator(provider => provider.GetServices<Ledgers>().First().Sagas).AddSingleton<Repair>();
        builder.Services.AddPartyBus(
            settings.RabbitMq,
            new BrokerConventions { Source = SagaJournal.Party, Options = settings.Broker, SendsTo = SagaRegistration.SendsTo },
            bus => sagas.AddTo(bus), (_, _) => { });
        return builder.Build();
    }
}
