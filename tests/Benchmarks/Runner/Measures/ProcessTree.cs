using System.Globalization;

namespace Orchestrator.Tests.Benchmarks.Measures;

/// <summary>The resources that a process and its descendants have used, as the kernel counts them.</summary>
/// <param name="CpuSeconds">Processor time in user and kernel mode, in seconds.</param>
/// <param name="BytesWritten">Bytes that it wrote to disks.</param>
/// <param name="ResidentBytes">Memory that it has now, in bytes. Shared pages count for each process.</param>
readonly record struct ProcessTree(double CpuSeconds, long BytesWritten, long ResidentBytes)
{
    const double TicksPerSecond = 100;

    /// <summary>Reads the counts. Processes that have ended count with their parents.</summary>
    /// <param name="root">The process.</param>
    public static ProcessTree Read(int root)
    {
        var parents = Directory.GetDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)
            .Select(id => (Id: id, Stat: Stat(id))).Where(process => process.Stat is not null)
            .ToLookup(process => int.Parse(process.Stat![1], CultureInfo.InvariantCulture));
        var sum = default(ProcessTree);
        for (var open = new Stack<int>([root]); open.TryPop(out var id);)
        {
            foreach (var child in parents[id])
                open.Push(child.Id);
            if (Stat(id) is not { } stat)
                continue;
            // utime, stime, cutime, cstime
            var ticks = stat[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
            sum = new ProcessTree(
                sum.CpuSeconds + ticks / TicksPerSecond, sum.BytesWritten + Written(id), sum.ResidentBytes + Resident(id));
        }

        return sum;
    }

    /// <summary>Reads the counts of one process, without its descendants.</summary>
    public static ProcessTree Alone(int id) => Stat(id) is { } stat
        ? new ProcessTree(
            stat[11..13].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)) / TicksPerSecond, Written(id), Resident(id))
        : default;

    /// <summary>The memory that a process has now, in bytes.</summary>
    public static long Resident(int id) => Field($"/proc/{id}/status", "VmRSS:") * 1024;

    public static ProcessTree operator -(ProcessTree after, ProcessTree before) =>
        new(after.CpuSeconds - before.CpuSeconds, after.BytesWritten - before.BytesWritten, after.ResidentBytes);

    static long Written(int id) => Field($"/proc/{id}/io", "write_bytes:");

    static long Field(string file, string name)
    {
        try
        {
            return File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
                ? long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture)
                : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0; // It has ended, or belongs to another user.
        }
    }

    // The name of the program may hold anything, so this reads from its end: state, parent, …
    static string[]? Stat(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
