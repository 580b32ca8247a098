using Orchestrator.Hosting.Commands;
using Orchestrator.Hosting.Embedded;
using Orchestrator.Local.Embedded;
using Orchestrator.Local.Orders;
using Orchestrator.Local.Reporting;
using Orchestrator.Local.Servers;

namespace Orchestrator.Local.Runs;

/// <summary>One run of the process: files in, summary out.</summary>
public static class LocalRun
{
    /// <summary>Processes a file of orders.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> Process(ProcessOptions options, CancellationToken cancellationToken)
    {
        await using var stock = options.Stock is null ? null : InputFile.Open("stock", options.Stock);
        await using var orders = InputFile.Open("orders", options.Orders);
        return options.Servers is { } servers
            ? await ServerWatch.During(
                servers, TimeProvider.System, stop => OnServers(options, servers, stock, orders, stop), cancellationToken)
            : await Embedded(options, stock, orders, cancellationToken);
    }

    static async Task<int> Embedded(ProcessOptions options, Stream? stock, Stream orders, CancellationToken cancellationToken)
    {
        using var folder = DataFolder.Open(options.Data);
        await using var host = await EmbeddedOrders.Start(folder, faults: options.Faults, cancellationToken: cancellationToken);
        var summary = await Run(host, options, stock, orders, cancellationToken);
        await host.StopCleanly(cancellationToken);
        return Tell(summary, options, $"""
            The state lies in {Terminal.Printable(folder.Database)}.

            """);
    }

    static async Task<int> OnServers(
        ProcessOptions options, ServerOptions servers, Stream? stock, Stream orders, CancellationToken cancellationToken)
    {
        await using var parties = await ServerParties.Start(servers, options.Faults, cancellationToken);
        if (!servers.SubmitOnly || servers.Watch)
            return Tell(await Run(parties, options, stock, orders, cancellationToken), options, "");

        var progress = RunProgress.OnStandardError(TimeProvider.System);
        var run = new OrderRun(parties, options, progress, TimeProvider.System).Submit(stock, orders, cancellationToken);
        await progress.During(run);
        var submitted = await run;
        Console.WriteLine(options.Json ? submitted.ToJson() : submitted);
        return ExitCode.Done;
    }

    static async Task<RunSummary> Run(
        IOrderCarrier carrier, ProcessOptions options, Stream? stock, Stream orders, CancellationToken cancellationToken)
    {
        var progress = RunProgress.OnStandardError(TimeProvider.System);
        if (carrier is EmbeddedOrders embedded)
            embedded.InFlight.Ended += _ => progress.OrdersEnded(1);
        var run = new OrderRun(carrier, options, progress, TimeProvider.System).Run(stock, orders, cancellationToken);
        await progress.During(run);
        return await run;
    }

    static int Tell(RunSummary summary, ProcessOptions options, string where)
    {
        if (options.Json)
            Console.WriteLine(summary.ToJson());
        else
        {
            SummaryTable.Print(summary);
            Console.Write(where);
            if (summary.SlowestOrder is { } order)
                Console.WriteLine($"One order, step by step: {Terminal.ShowCommand(order, options)}");
        }

        return summary.Suspended > 0 ? ExitCode.NotAll : ExitCode.Done;
    }
}
