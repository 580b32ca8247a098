using Orchestrator.Local.Embedded;
using Orchestrator.Local.Orders;
using Orchestrator.Local.Reporting;

namespace Orchestrator.Local.Runs;

/// <summary>One run of the process: files in, summary out.</summary>
public static class LocalRun
{
    /// <summary>Processes a file of orders.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> Process(ProcessOptions options, CancellationToken cancellationToken)
    {
        await using var stock = InputFile.Open("stock", options.Stock);
        await using var orders = InputFile.Open("orders", options.Orders);
        using var folder = DataFolder.Open(options.Data);
        await using var host = await EmbeddedHost.Start(folder, cancellationToken: cancellationToken);
        var progress = RunProgress.OnStandardError(TimeProvider.System);
        host.InFlight.Ended += _ => progress.OrderEnded();

        var run = new OrderRun(host, options, progress, TimeProvider.System).Run(stock, orders, cancellationToken);
        await progress.During(run);
        var summary = await run;
        await host.StopCleanly(cancellationToken);

        if (options.Json)
            Console.WriteLine(summary.ToJson());
        else
            Print(summary, folder, options);
        return summary.Suspended > 0 ? ExitCode.Suspended : ExitCode.Done;
    }

    static void Print(RunSummary summary, DataFolder folder, ProcessOptions options)
    {
        SummaryTable.Print(summary);
        Console.WriteLine($"""
            The state lies in {Terminal.Printable(folder.Database)}.
            """);
        if (summary.SlowestOrder is { } order)
            Console.WriteLine($"""
                One order, step by step: {Terminal.ShowCommand(order, options.Data)}
                """);
    }
}
