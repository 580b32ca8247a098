using System.Diagnostics;
using System.Text.Json;

namespace Orchestrator.Tests.Integration.Benchmarks;

/// <summary>
/// What <c>./bench.sh</c> does, with a handful of orders: whether it works and says what it must, never how fast anything is.
/// </summary>
[Parallelizable]
public class The_benchmark
{
    // What others read. The first six are measured by every plan, the rest by the full one only.
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
            // It compares all books with what was submitted, on both sides, before it says anything.
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
