using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Tests.Integration;

/// <summary>Programs that can be interrupted by Ctrl-C.</summary>
static class Terminal
{
    /// <summary>
    /// Starts a program as a terminal does. This process itself, and so its children, may have been started deaf to Ctrl-C, as shells start
    /// what runs in the background.
    /// </summary>
    /// <param name="program">A .NET assembly.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Process Start(string program, params string[] arguments) => Start(hearsErrors: true, program, arguments);

    /// <summary>Starts a program as a terminal does.</summary>
    /// <param name="hearsErrors">Whether somebody reads its standard error.</param>
    /// <param name="program">A .NET assembly.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Process Start(bool hearsErrors, string program, params string[] arguments) => Process.Start(new ProcessStartInfo(
        "env", ["--default-signal=INT", "dotnet", program, .. arguments])
    { RedirectStandardOutput = true, RedirectStandardError = hearsErrors })!;

    /// <summary>Ctrl-C.</summary>
    public static async Task Interrupt(Process process)
    {
        using var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
