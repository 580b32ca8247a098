using System.Diagnostics;
using System.Globalization;
using Orchestrator.Tests.Integration.Hosts;

namespace Orchestrator.Tests.Integration.Chaos;

/// <summary>Runs <c>./chaos.sh</c> for some minutes.</summary>
[Parallelizable]
[Category("Chaos")]
public class A_chaos_run
{
    [TestCase("mixed", 1)]
    [TestCase("liveness", 4, Category = "Long")]
    public async Task Violates_nothing(string scenario, int minutes)
    {
        using var chaos = Start("--minutes", minutes.ToString(CultureInfo.InvariantCulture), "--scenario", scenario, "--seed", "5");
        var (output, error) = (chaos.StandardOutput.ReadToEndAsync(), chaos.StandardError.ReadToEndAsync());
        var said = await output;
        await TestContext.Out.WriteLineAsync(await error);
        await chaos.WaitForExitAsync();
        await TestContext.Out.WriteLineAsync(said);
        said.TrimEnd().Split('\n')[^1].ShouldMatch($@"^minutes={minutes} faults=[1-9]\d* orders=[1-9]\d* violations=0$", said);
        chaos.ExitCode.ShouldBe(0);
    }

    [Test]
    public async Task Leaves_nothing_when_it_is_broken_off()
    {
        using var chaos = Start("--minutes", "2", "--scenario", "mixed");
        var (said, error) = (new List<string>(), chaos.StandardError.ReadToEndAsync());
        // A fault has come, so everything runs.
        while (await chaos.StandardOutput.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (line.EndsWith(" s)", StringComparison.Ordinal))
                break;
        }

        var started = Descendants(chaos.Id);
        if (started.Count == 0)
            Assert.Fail($"it ended before anything broke: {string.Join('\n', said)}\n{await error}");
        started.Count.ShouldBeGreaterThan(10, "servers and eight hosts");
        await Terminal.Interrupt(chaos);
        said.Add(await chaos.StandardOutput.ReadToEndAsync());
        await chaos.WaitForExitAsync();
        chaos.ExitCode.ShouldBe(130, string.Join('\n', said));
        await Eventually.Is(() => Task.FromResult(!started.Any(IsThere)), "some of what it started still runs");
    }

    static Process Start(params string[] arguments) =>
        Terminal.Start(Path.Combine(AppContext.BaseDirectory, "Orchestrator.Tests.Chaos.dll"), arguments);

    // With the start time, since the process id may belong to another process later.
    static List<(int Id, string Began)> Descendants(int of)
    {
        var all = Directory.GetDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? Stat(id) : null)
            .OfType<(int Id, int Parent, string Began)>().ToLookup(process => process.Parent);
        var found = new List<(int, string)>();
        for (var parents = new Stack<int>([of]); parents.TryPop(out var parent);)
        {
            foreach (var child in all[parent])
            {
                found.Add((child.Id, child.Began));
                parents.Push(child.Id);
            }
        }

        return found;
    }

    static bool IsThere((int Id, string Began) process) => Stat(process.Id) is var (_, _, began) && began == process.Began;

    static (int Id, int Parent, string Began)? Stat(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (id, int.Parse(fields[1], CultureInfo.InvariantCulture), fields[19]);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
