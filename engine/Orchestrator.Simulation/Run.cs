using Orchestrator.Simulation.Parties;
using Orchestrator.Simulation.Scenarios;
using Orchestrator.Simulation.Worlds;

namespace Orchestrator.Simulation;

/// <summary>The result of one seed.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Instances">How many sagas were started.</param>
/// <param name="Messages">How many messages were delivered.</param>
/// <param name="Faults">The faults that struck.</param>
/// <param name="Violations">The violations, one sentence each.</param>
/// <param name="Timeline">The transitions of the sagas; empty when the run was not watched.</param>
public sealed record Run(
    ulong Seed, int Instances, long Messages, IReadOnlyList<StruckFault> Faults, IReadOnlyList<string> Violations,
    IReadOnlyList<string> Timeline)
{
    /// <summary>Runs a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="make">Makes the scenario.</param>
    /// <param name="instances">How many sagas to start.</param>
    /// <param name="defect">The deliberate mistake, if there is one.</param>
    /// <param name="only">The faults that may strike; null for all.</param>
    /// <param name="watch">Gets a line for each delivery.</param>
    public static Run Of(
        ulong seed, MakeScenario make, int instances, string? defect, IReadOnlySet<StruckFault>? only = null, Action<string>? watch = null)
    {
        var world = new World(seed, new Defect(defect), only);
        if (watch is not null)
        {
            world.Network.Watch = (delivery, process) => watch(
                $"{world.Loop.Now:HH:mm:ss.ffffff} {process,-14} {delivery.Message.Type.Name} "
                + $"{delivery.Message.Body}{(delivery.IsRedelivery ? " (again)" : "")}");
        }

        var scenario = make(world);
        scenario.Begin(instances);
        var ended = world.Run(scenario.Storm, scenario.Horizon, scenario.IsDone, scenario.IsLeftOver);
        IReadOnlyList<string> violations = [.. ended ? [] : new[] { "it did not come to its end" }, .. Checked(scenario)];
        return new Run(
            seed, scenario.Instances, world.Network.Delivered, world.Faults.Struck, violations,
            watch is null ? [] : [.. scenario.Timeline()]);
    }

    // A defect may leave data that can't be read, so a check may throw.
    static List<string> Checked(IScenario scenario)
    {
        var violations = new List<string>();
        try
        {
            violations.AddRange(scenario.Violations());
        }
#pragma warning disable CA1031 // Every exception of a check is a finding.
        catch (Exception e)
#pragma warning restore CA1031
        {
            violations.Add($"the checks could not be made: {e.Message}");
        }

        return violations;
    }

    /// <summary>Leaves out faults while the run still has violations.</summary>
    public static Run Shrink(Run run, MakeScenario make, int instances, string? defect)
    {
        var (best, size) = (run, Math.Max(1, run.Faults.Count / 2));
        while (true)
        {
            var isSmaller = false;
            for (var from = 0; from < best.Faults.Count; from += size)
            {
                var tried = Of(run.Seed, make, instances, defect, best.Faults.Where((_, i) => i < from || i >= from + size).ToHashSet());
                if (tried.Violations.Count == 0 || tried.Faults.Count >= best.Faults.Count)
                    continue;
                (best, isSmaller) = (tried, true);
                from -= size;
            }

            if (size == 1 && !isSmaller)
                return best;
            size = Math.Max(1, size / 2);
        }
    }
}
