using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using Orchestrator.Journal;
using Orchestrator.ServiceDefaults.Broker;
using Orchestrator.ServiceDefaults.Hosting;

namespace Orchestrator.Worker.Reconciliation;

/// <summary>The command <c>reconcile</c>: compares all books once.</summary>
static class ReconcileCommand
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    static readonly Option<bool> RepairOption = new("--repair") { Description = "Mend what can be mended without harm: finished sagas send their last messages again" };

    static readonly Option<bool> JsonOption = new("--json") { Description = "A JSON object a line" };

    static readonly Option<TimeSpan> SettledFor = new("--settled-for")
    {
        Description = "How long ago an order must have ended to be judged, as hh:mm:ss",
        DefaultValueFactory = _ => Reconciler.SettledAfter,
        CustomParser = result =>
        {
            // A number alone would be days.
            if (result.Tokens[0].Value.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var time) && time >= TimeSpan.Zero && time <= TimeSpan.FromDays(365))
                return time;
            result.AddError($"--settled-for is '{result.Tokens[0].Value}'; it is a time up to a year, written like 00:05:00");
            return default;
        },
    };

    /// <summary>Runs it.</summary>
    /// <returns>The exit code: 0 when all agree, 3 when they don't (mended or not), 2 for wrong usage or settings, 1 for anything else.</returns>
    public static Task<int> Run(string[] args)
    {
        var command = new Command("reconcile", """
            Compares what the sagas, the ledger, the gateway, the stock and the shipments say about every order.

            The books are read at ConnectionStrings__Postgres, __Inventory, __Payment, __Shipping and __Acquirer; those that are not set are
            read where the sagas are. --repair needs ConnectionStrings__RabbitMQ too. Exit code: 0 all agree, 3 they do not, 2 usage or
            settings, 1 anything else.
            """) { RepairOption, JsonOption, SettledFor };
        command.SetAction(Run);
        return WorkerCommand.Run(command, args);
    }

    static async Task<int> Run(ParseResult parsed, CancellationToken stop)
    {
        var (repairs, json) = (parsed.GetValue(RepairOption), parsed.GetValue(JsonOption));
        using var host = Build(repairs);
        var (began, contradictions, mended, last) = (TimeProvider.System.GetTimestamp(), 0L, 0L, Guid.Empty);
        if (repairs)
            await host.Services.GetRequiredService<StartUp>().Begin(stop);
        try
        {
            var orders = await host.Services.GetRequiredService<Reconciler>().Run(parsed.GetValue(SettledFor), Found, stop);
            var seconds = Math.Round(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 1);
            Console.WriteLine(json
                ? JsonSerializer.Serialize(new { orders, contradictions, mended, seconds }, Json)
                : FormattableString.Invariant($"orders={orders} contradictions={contradictions} mended={mended} seconds={seconds}"));
            return contradictions == 0 ? WorkerCommand.Done : WorkerCommand.NotAll;
        }
        finally
        {
            if (repairs)
                await host.Services.GetRequiredService<StartUp>().End(CancellationToken.None);
        }

        async Task Found(Contradiction contradiction)
        {
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

            if (json)
            {
                Console.WriteLine(JsonSerializer.Serialize(
                    new { contradiction.Kind, contradiction.OrderId, contradiction.OrderNumber, contradiction.Found, contradiction.Repair, contradiction.IsSafe, SentAgain = sent }, Json));
                return;
            }

            Console.WriteLine($"{contradiction.Kind}: order {contradiction.OrderNumber ?? "without a number"} ({contradiction.OrderId}): {contradiction.Found}");
            Console.WriteLine($"  repair{(contradiction.IsSafe ? ", with --repair" : " by hand")}: {contradiction.Repair}");
            if (sent.Count > 0)
                Console.WriteLine($"  sent again: {string.Join(", ", sent)}");
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

    static IHost Build(bool repairs)
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
            settings.RabbitMq, new BrokerConventions { Source = WorkerRegistration.Party, Options = settings.Broker, SendsTo = WorkerRegistration.SendsTo },
            bus => bus.AddSagas(), (_, _) => { });
        return builder.Build();
    }
}
