using Orchestrator.Tests.Chaos.Reports;
using Orchestrator.Tests.Chaos.Scenarios;

namespace Orchestrator.Tests.Chaos;

/// <summary>The scenarios of a run, one after the other.</summary>
static class Everything
{
    const int Shown = 20;

    /// <summary>The scenarios, each with its part of the time of a run of all.</summary>
    public static readonly IReadOnlyDictionary<string, (Func<IScenario> Make, double Part)> Scenarios = new Dictionary<string,
    (Func<IScenario>, double)>
    {
        ["mixed"] = (() => new MixedScenario(), 0.4),
        ["liveness"] = (() => new LivenessScenario(), 0.3),
        ["cluster"] = (() => new ClusterScenario(), 0.15),
        ["standby"] = (() => new StandbyScenario(), 0.15),
    };

    /// <summary>Runs one of them, or all.</summary>
    /// <param name="only">The one; all of them when absent.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="folder">Where logs and evidence go; taken away when nothing was violated.</param>
    /// <param name="stop">Breaks the run off.</param>
    /// <returns>The exit code: 0 when nothing was violated, 1 when something was, 130 when it was broken off.</returns>
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
            Console.WriteLine($"What is known of {(violations.Count > Shown ? "all of them" : "them")} is in {folder}");
        else if (!options.Keep)
            Directory.Delete(folder, recursive: true);
        Console.WriteLine(Report.Sum(outcomes));
        return violations.Count == 0 ? 0 : 1;
    }
}
