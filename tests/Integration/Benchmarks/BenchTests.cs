using System.Diagnostics;
using System.Text.Json;

namespace Orchestrator.Tests.Integration.Benchmarks;

/// <summary>
/// Runs <c>./bench.sh</c> with a few orders. It checks that the script works and reports what it must, and does not check speed.
/// </summary>
[Parallelizable]
public class The_benchmark
{
    // The figures that documents name. Every plan measures the first six, only the full plan measures the others.
    static readonly string[] Always =
    [
        "ratioToFloor10k", "idleP50RatioToFloor", "allocatedKBPerOrder", "roundTripsPerSagaMessage", "commitsPerSagaMessage",
        "embeddedOrdersPerSecond",
    ];
    static readonly string[] FullOnly = ["ratioToFloor100k", "flatness", "ratioAtMillionSagas", "halfLoadP99Ms"];

    [Test, Category("Long")]
    public async Task Carries_orders_both_ways_and_writes_its_figures()
    {
        var folder = Directory.CreateTempSubdirectory("orchestrator-bench-test-");
        try
        {
            using var bench = Process.Start(new ProcessStartInfo(
                "dotnet",
                [Path.Combine(AppContext.BaseDirectory, "Orchestrator.Tests.Benchmarks.dll"), "--smoke", "--out", folder.FullName])
            { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var said = await Task.WhenAll(bench.StandardOutput.ReadToEndAsync(), bench.StandardError.ReadToEndAsync());
            await bench.WaitForExitAsync();
            // Before it reports, it compares all books with the submitted orders, on both sides.
            bench.ExitCode.ShouldBe(0, string.Concat(said));

            var results = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder.FullName, "bench.json"))).RootElement;
            results.EnumerateObject().Select(property => property.Name).ShouldBe([.. Always, .. FullOnly, "figures"], ignoreOrder: true);
            foreach (var name in Always)
                results.GetProperty(name).GetDouble().ShouldBeGreaterThan(0, name);
            foreach (var name in FullOnly)
                results.GetProperty(name).ValueKind.ShouldBe(JsonValueKind.Null, name);

            var round = results.GetProperty("figures").GetProperty("tenThousand").GetProperty("rounds").EnumerateArray().Single();
            foreach (var (contender, place) in new[] { ("product", "first"), ("floor", "second") })
            {
                var run = round.GetProperty(place);
                run.GetProperty("contender").GetString().ShouldBe(contender);
                run.GetProperty("orders").GetInt32().ShouldBe(60);
                run.GetProperty("processes").GetArrayLength().ShouldBe(7, "four of its own, broker, database and the bench");
            }

            (await File.ReadAllTextAsync(Path.Combine(folder.FullName, "bench.md"))).ShouldContain("bench-cpu.svg");
            File.Exists(Path.Combine(folder.FullName, "bench-cpu.svg")).ShouldBeTrue();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
