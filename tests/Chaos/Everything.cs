using Orchestrator.Tests.Chaos.Reports;
using Orchestrator.Tests.Chaos.Scenarios;

namespace Orchestrator.Tests.Chaos;

/// <summary>The scenarios of a run, one after the other.</summary>
static class Everything
{
    /// <summary>Runs them.</summary>
    /// <returns>The exit code: 0 when nothing was violated, 1 when something was, 130 when it was broken off.</returns>
    public static async Task<int> Run(Options options, string folder, CancellationToken stop)
    {
        var outcomes = new List<Outcome>();
        try
        {
            await using var scenario = new MixedScenario();
            outcomes.Add(await new ChaosRun("mixed", scenario, options, folder).Run(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.WriteLine("Broken off.");
            return 130;
        }

        foreach (var outcome in outcomes)
            Report.Write(outcome, Console.Out);
        var violations = outcomes.SelectMany(outcome => outcome.Violations).ToList();
        foreach (var violation in violations.Take(20))
            Console.WriteLine($"VIOLATION {violation.Sentence}");
        if (violations.Count > 0)
            Console.WriteLine($"What is known of them is in {folder}");
        else if (!options.Keep)
            Directory.Delete(folder, recursive: true);
        Console.WriteLine(Report.Sum(outcomes));
        return violations.Count == 0 ? 0 : 1;
    }
}
