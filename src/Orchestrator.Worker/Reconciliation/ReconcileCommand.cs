using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using Orchestrator.Hosting;
using Orchestrator.Hosting.Commands;
using Orchestrator.Hosting.Health;
using Orchestrator.Hosting.Settings;
using Orchestrator.Journal;
using Orchestrator.MassTransit.Broker;

namespace Orchestrator.Worker.Reconciliation;

/// <summary>The command <c>reconcile</c>: compares all books once.</summary>
/// <param name="sagas">The sagas whose last messages it can send again.</param>
sealed class ReconcileCommand(SagaParty sagas)
{
    static readonly Option<bool> RepairOption = new("--repair")
    {
        Description = "Mend what can be mended without harm: finished sagas send their last messages again",
    };

    static readonly Option<bool> JsonOption = new("--json") { Description = "A JSON object a line" };

    static readonly Option<TimeSpan?> SettledFor = CommandOptions.Duration(
        "--settled-for", "How long ago an order must have ended to be judged, as hh:mm:ss; 00:05:00 unless given");

    static readonly Option<bool> AcknowledgedOption = new("--acknowledged")
    {
        Description = "List also what somebody has acknowledged, with who did so, when and why",
    };

    static readonly Option<string[]> AcknowledgeOption = new("--acknowledge")
    {
        Description =
            "Acknowledge what contradicts about these orders (ids or numbers): it was settled by hand, and is listed again only when it "
            + "changes",
        AllowMultipleArgumentsPerToken = true,
    };

    static readonly Option<string> Actor = CommandOptions.Telling("--by", "Who acknowledges it", required: false);
    static readonly Option<string> Reason = CommandOptions.Telling("--reason", "How it was settled", required: false);

    /// <summary>Makes it.</summary>
    public Command Create()
    {
        var command = new Command("reconcile", """
            Compares what the sagas, the ledger, the gateway, the stock and the shipments say about every order.

            The books are read at ConnectionStrings__Postgres, __Inventory, __Payment, __Shipping and __Acquirer; those that are not set are
            read where the sagas are. --repair needs ConnectionStrings__RabbitMQ too. Exit code: 0 all agree, or what contradicts is
            acknowledged, 3 they do not agree, or there is nothing to acknowledge, 2 usage or settings, 1 anything else.
            """) { RepairOption, JsonOption, SettledFor, AcknowledgedOption, AcknowledgeOption, Actor, Reason };
        command.Validators.Add(asked =>
        {
            var (acknowledges, tells) = (IsGiven(AcknowledgeOption), new[] { Actor, Reason }.Count(IsGiven));
            if (acknowledges && tells < 2)
                asked.AddError("--acknowledge needs --by and --reason: who has settled it, and how");
            if (!acknowledges && tells > 0)
                asked.AddError("--by and --reason belong to --acknowledge");
            if (acknowledges && (IsGiven(RepairOption) || IsGiven(AcknowledgedOption)))
                asked.AddError("--acknowledge goes with neither --repair nor --acknowledged");

            bool IsGiven(Option option) => asked.GetResult(option) is { Implicit: false };
        });
        command.SetAction((parsed, stop) => parsed.GetValue(AcknowledgeOption) is { Length: > 0 } orders
            ? Acknowledge(command, parsed, orders, stop)
            : Compare(parsed, stop));
        return command;
    }

    async Task<int> Acknowledge(Command command, ParseResult parsed, IReadOnlyCollection<string> orders, CancellationToken stop)
    {
        using var host = Build(repairs: false);
        // Work waits for a database that is away; somebody at a terminal is told.
        await host.Services.GetRequiredService<Ledgers>().Orchestrator.Ping(stop);
        return await ActivatorUtilities.CreateInstance<Acknowledging>(
            host.Services, command, new ContradictionPrinter(parsed.GetValue(JsonOption)))
            .Run(orders, SettledLongAgo(parsed), parsed.GetValue(Actor)!, parsed.GetValue(Reason)!, stop);
    }

    static TimeSpan SettledLongAgo(ParseResult parsed) => parsed.GetValue(SettledFor) ?? Reconciler.SettledAfter;

    async Task<int> Compare(ParseResult parsed, CancellationToken stop)
    {
        var (repairs, printer) = (parsed.GetValue(RepairOption), new ContradictionPrinter(parsed.GetValue(JsonOption)));
        using var host = Build(repairs);
        var (began, contradictions, mended, acknowledged, last) = (TimeProvider.System.GetTimestamp(), 0L, 0L, 0L, Guid.Empty);
        if (repairs)
            await host.Services.GetRequiredService<StartUp>().Begin(stop);
        try
        {
            var orders = await host.Services.GetRequiredService<Reconciler>().Run(SettledLongAgo(parsed), Found, stop);
            var seconds = Math.Round(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 1);
            printer.Sum(
                ("orders", orders), ("contradictions", contradictions), ("mended", mended), ("acknowledged", acknowledged),
                ("seconds", seconds));
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
            if (repairs && contradiction.IsSafe)
            {
                // One order's last messages mend all that is safe about it.
                if (contradiction.OrderId != last && await SendAgain(contradiction.OrderId) is { } messages)
                    (sent, last) = (messages, contradiction.OrderId);
                if (contradiction.OrderId == last)
                    mended++;
            }

            printer.Print(contradiction, null, sent);
        }

        async Task<IReadOnlyList<string>?> SendAgain(Guid orderId)
        {
            try
            {
                return await host.Services.GetRequiredService<Repair>().Run(orderId, stop);
            }
            catch (DeferredMessageException e)
            {
                await Console.Error.WriteLineAsync($"order {orderId} is not mended: {e.Message}; run the command again when it does");
                return null;
            }
        }
    }

    IHost Build(bool repairs)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning);
        builder.Configuration.AddSecretFiles();
        builder.Services.AddReconciler(builder.Configuration);
        builder.Services.AddSingleton(TimeProvider.System);
        if (!repairs)
            return builder.Build();
        var settings = HostSettings.Read(builder.Configuration, WorkerRegistration.Party);
        builder.Services.AddOrchestrator(provider => provider.GetRequiredService<Ledgers>().Orchestrator).AddSingleton<Repair>();
        builder.Services.AddPartyBus(
            settings.RabbitMq,
            new BrokerConventions { Source = WorkerRegistration.Party, Options = settings.Broker, SendsTo = SagaRegistration.SendsTo },
            bus => sagas.AddTo(bus), (_, _) => { });
        return builder.Build();
    }
}
