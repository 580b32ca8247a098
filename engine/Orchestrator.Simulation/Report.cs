using System.Globalization;
using Orchestrator.Simulation.Scenarios;
using Orchestrator.Simulation.Worlds;

namespace Orchestrator.Simulation;

/// <summary>Runs seeds and prints the results.</summary>
public static class Report
{
    const int MostShown = 5;

    static readonly TimeSpan BetweenTellings = TimeSpan.FromSeconds(10);

    /// <summary>Parses a range <c>A..B</c>.</summary>
    public static (ulong From, ulong To)? Range(string text) =>
        text.Split("..") is [var first, var last]
        && ulong.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
        && ulong.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var to) && from <= to
            ? (from, to)
            : null;

    /// <summary>
    /// Runs seeds, with one thread for each processor. The last line of the output has the sums. With a deliberate mistake it stops at the
    /// first violation.
    /// </summary>
    /// <returns>The exit code: 1 when something was violated.</returns>
    public static int RunAll(ulong from, ulong to, MakeScenario make, int instances, string? defect, TextWriter output, TextWriter progress)
    {
        var (began, told) = (TimeProvider.System.GetTimestamp(), TimeSpan.Zero);
        var (taking, next, isExhausted) = (new Lock(), from, false);
        long seeds = 0, begun = 0, messages = 0, faults = 0;
        var (broken, struck) = (new List<Run>(), new long[Enum.GetValues<Fault>().Length]);
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            while (Take() is { } seed)
            {
                var run = Run.Of(seed, make, instances, defect);
                Interlocked.Increment(ref seeds);
                Interlocked.Add(ref begun, run.Instances);
                Interlocked.Add(ref messages, run.Messages);
                Interlocked.Add(ref faults, run.Faults.Count);
                foreach (var (fault, _) in run.Faults)
                    Interlocked.Increment(ref struck[(int)fault]);
                Tell();
                if (run.Violations.Count == 0)
                    continue;
                lock (broken)
                    broken.Add(run);
                progress.WriteLine($"seed {run.Seed}: {run.Violations[0].Split('\n')[0]}");
                lock (taking)
                    isExhausted |= defect is not null;
            }
        });

        ShowSmall(broken, make, instances, defect, output);
        output.WriteLine(string.Join(", ", struck.Select((times, fault) => FormattableString.Invariant($"{(Fault)fault} {times}"))));
        output.WriteLine(FormattableString.Invariant(
            $"seeds={seeds} orders={begun} messages={messages} faults={faults} violations={broken.Sum(run => run.Violations.Count)}"));
        return broken.Count == 0 ? 0 : 1;

        void Tell()
        {
            lock (taking)
            {
                var elapsed = TimeProvider.System.GetElapsedTime(began);
                if (elapsed - told < BetweenTellings)
                    return;
                told = elapsed;
                progress.WriteLine(
                    FormattableString.Invariant(
                        $"{elapsed.TotalSeconds:0} s: {seeds} seeds, {begun} instances, {begun / elapsed.TotalSeconds:0} a second"));
            }
        }

        ulong? Take()
        {
            lock (taking)
            {
                if (isExhausted)
                    return null;
                isExhausted = next == to;
                return isExhausted ? next : next++;
            }
        }
    }

    // Shows each run with the fewest faults that still lead to a violation.
    static void ShowSmall(IEnumerable<Run> broken, MakeScenario make, int instances, string? defect, TextWriter output)
    {
        foreach (var run in broken.OrderBy(run => run.Seed).Take(MostShown))
        {
            var small = Run.Shrink(run, make, instances, defect);
            output.WriteLine(
                $"seed {run.Seed}: {run.Faults.Count} faults, {small.Faults.Count} suffice: "
                + $"{string.Join(", ", small.Faults.Select(fault => $"{fault.Fault} {fault.Occasion}"))}");
            foreach (var violation in small.Violations.Take(MostShown))
                output.WriteLine($"  {violation.Split('\n')[0]}");
            if (small.Violations.Count > MostShown)
                output.WriteLine(
                    FormattableString.Invariant($"  and {small.Violations.Count - MostShown} more; --seed {run.Seed} shows all"));
        }
    }

    /// <summary>Runs one seed and prints everything. If it has a violation, the run is first shrunk to the fewest faults.</summary>
    /// <returns>The exit code: 1 when something was violated.</returns>
    public static int Replay(ulong seed, MakeScenario make, int instances, string? defect, TextWriter output)
    {
        var run = Run.Of(seed, make, instances, defect);
        var small = run.Violations.Count == 0 ? run : Run.Shrink(run, make, instances, defect);
        var told = Run.Of(seed, make, instances, defect, small.Faults.ToHashSet(), output.WriteLine);
        output.WriteLine();
        foreach (var line in told.Timeline)
            output.WriteLine(line);
        output.WriteLine();
        output.WriteLine($"faults: {string.Join(", ", told.Faults.Select(fault => $"{fault.Fault} {fault.Occasion}"))}");
        foreach (var violation in told.Violations)
            output.WriteLine($"violated: {violation}");
        output.WriteLine(FormattableString.Invariant(
            $"seeds=1 orders={told.Instances} messages={told.Messages} faults={told.Faults.Count} violations={told.Violations.Count}"));
        return told.Violations.Count == 0 ? 0 : 1;
    }
}
