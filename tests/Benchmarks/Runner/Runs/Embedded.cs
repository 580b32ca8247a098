using System.Diagnostics;
using System.Text.Json;
using Orchestrator.Tests.Benchmarks.Site;
using Orchestrator.Tests.Generator;

namespace Orchestrator.Tests.Benchmarks.Runs;

/// <summary>All parties in one process on SQLite, as the command line runs them.</summary>
static class Embedded
{
    /// <summary>Runs a file of orders.</summary>
    /// <returns>The time that it reports itself, in seconds.</returns>
    /// <exception cref="InvalidOperationException">It failed, or lost an order.</exception>
    public static async Task<double> Run(Programs programs, int orders)
    {
        var folder = Directory.CreateTempSubdirectory("orchestrator-bench-");
        try
        {
            OrderFiles.Write(folder.FullName, orders, Load.Orders.Skus, seed: 1, contention: false);
            using var local = Process.Start(new ProcessStartInfo("dotnet",
            [
                programs.PathOf(Programs.Local), "process", "--orders", Path.Combine(folder.FullName, "orders.jsonl"), "--stock",
                Path.Combine(folder.FullName, "stock.csv"),
                "--data", Path.Combine(folder.FullName, "data"), "--json",
            ])
            { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var said = await Task.WhenAll(local.StandardOutput.ReadToEndAsync(), local.StandardError.ReadToEndAsync());
            await local.WaitForExitAsync();
            if (local.ExitCode != 0)
                throw new InvalidOperationException(
                    $"The embedded run ended with {local.ExitCode}:{Environment.NewLine}{string.Concat(said)}");
            var summary = JsonDocument.Parse(said[0]).RootElement;
            var ended = summary.GetProperty("fulfilled").GetInt32() + summary.GetProperty("cancelled").GetInt32();
            return ended == orders
                ? summary.GetProperty("seconds").GetDouble()
                : throw new InvalidOperationException($"Of {orders} orders {ended} ended: {said[0]}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
