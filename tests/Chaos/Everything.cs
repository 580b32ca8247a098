using Orchestrator.Tests.Chaos.Reports;
using Orchestrator.Tests.Chaos.Scenarios;

namespace Orchestrator.Tests.Chaos;

/// <summary>The scenarios of a run, one after the other.</summary>
static class Everything
{
    const int Shown = 20;

    /// <summary>The scenarios, each with its share of the time when all are run.</summary>
    public static readonly IReadOnlyDictionary<string, (Func<IScenario> Make, double Part)> Scenarios = new Dictionary<string,
    (Func<IScenario>, double)>
    {
        ["mixed"] = (() => new MixedScenario(), 0.4),
        ["liveness"] = (() => new LivenessScenario(), 0.3),
        ["cluster"] = (() => new ClusterScenario(), 0.15),
        ["standby"] = (() => new StandbyScenario(), 0.15),
    };

    /// <summary>Runs one scenario, or all.</summary>
    /// <param name="only">The name of the scenario; null for all.</param>
    /// <param name="options">The options of the run.</param>
    /// <param name="folder">The folder for logs and evidence. It is deleted when there was no violation.</param>
    /// <param name="stop">Interrupts the run.</param>
    /// <returns>The exit code: 0 without a violation, 1 with one, 130 when the run was interrupted.</returns>
    public static async Task<int> Run(string? only, Options options, string folder, CancellationToken stop)
    {
        var outcomes = new List<Outcome>();
        try
        {
            foreach (var (name, (make, part)) in Scenarios.Where(scenario => only is null || scenario.Key == only))
            {
                await using var scenario = make();
                var outcome = await new ChaosRun(
                    name, scenario, only is null ? options with { Time = options.Time * part } : options, Path.Combine(folder, name))
                    .Run(stop);
                Report.Write(outcome, Console.Out);
                outcomes.Add(outcome);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.WriteLine("Broken off.");
            return 130;
        }

        var violations = outcomes.SelectMany(outcome => outcome.Violations).ToList();
        foreach (var violation in violations.Take(Shown))
            Console.WriteLine($"VIOLATION {violation.Sentence}");
        if (violations.Count > 0)
            Console.WriteLine($"The evidence of {(violations.Count > Shown ? "all of them" : "them")} is in {folder}");
        else if (!options.Keep)
            Directory.Delete(folder, recursive: true);
        Console.WriteLine(Report.Sum(outcomes));
        return violations.Count == 0 ? 0 : 1;
    }
}
