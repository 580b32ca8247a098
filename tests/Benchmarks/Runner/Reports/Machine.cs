using System.Runtime.InteropServices;

namespace Orchestrator.Tests.Benchmarks.Reports;

/// <summary>The machine of the measurement.</summary>
static class Machine
{
    public static IReadOnlyDictionary<string, string> Describe() => new Dictionary<string, string>
    {
        ["processors"] = FormattableString.Invariant($"{Environment.ProcessorCount}"),
        ["processor"] = Line("/proc/cpuinfo", "model name"),
        ["memory"] = Line("/proc/meminfo", "MemTotal"),
        ["system"] = RuntimeInformation.OSDescription,
        ["runtime"] = RuntimeInformation.FrameworkDescription,
    };

    static string Line(string file, string name) =>
        File.Exists(file) && File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
        ? line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() : "";
}
