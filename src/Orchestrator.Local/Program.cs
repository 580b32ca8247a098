using Orchestrator.Local;
using Orchestrator.Local.Orders;
using Orchestrator.Local.Reporting;

return await CommandLine.Run(args, async (options, cancellationToken) =>
{
    await using var stock = InputFile.Open("stock", options.Stock);
    await using var orders = InputFile.Open("orders", options.Orders);
    using var data = DataFolder.Open(options.Data);
    var progress = RunProgress.OnStandardError(TimeProvider.System);
    await progress.During(ReadAll());
    Console.WriteLine(progress);
    return ExitCode.Done;

    async Task ReadAll()
    {
        await foreach (var line in StockFile.Read(stock, cancellationToken))
        {
            if (!line.IsAccepted)
                progress.LineRejected(options.Stock, line.Number, line.Rejection);
        }

        await foreach (var line in OrderFile.Read(orders, cancellationToken))
        {
            if (line.IsAccepted)
                progress.OrderAccepted();
            else
                progress.LineRejected(options.Orders, line.Number, line.Rejection);
        }
    }
}, Console.Out, Console.Error);
