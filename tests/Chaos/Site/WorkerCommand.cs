using System.Diagnostics;

namespace Orchestrator.Tests.Chaos.Site;

/// <summary>A command of the worker's program.</summary>
static class WorkerCommand
{
    /// <summary>Runs the command to its end.</summary>
    /// <param name="settings">The settings, as environment variables.</param>
    /// <param name="arguments">The command and its options.</param>
    /// <returns>The exit code and the output. It includes standard error when the command failed.</returns>
    public static async Task<(int ExitCode, string Said)> Run(IReadOnlyDictionary<string, string> settings, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Programs.PathOf(Programs.Worker), .. arguments])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        using var command = Process.Start(start)!;
        var said = await Task.WhenAll(command.StandardOutput.ReadToEndAsync(), command.StandardError.ReadToEndAsync());
        await command.WaitForExitAsync();
        return (command.ExitCode, said[0].Length > 0 ? said[0] : said[1]);
    }
}
