using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Tests.Integration;

/// <summary>Programs that can be interrupted by Ctrl-C.</summary>
static class Terminal
{
    /// <summary>
    /// Starts a program as a terminal does. Shells start background programs so that they ignore Ctrl-C. This process, and so its children,
    /// may have been started in this way.
    /// </summary>
    /// <param name="program">A .NET assembly.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Process Start(string program, params string[] arguments) => Start(hearsErrors: true, program, arguments);

    /// <summary>Starts a program as a terminal does.</summary>
    /// <param name="hearsErrors">True when the test reads its standard error.</param>
    /// <param name="program">A .NET assembly.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Process Start(bool hearsErrors, string program, params string[] arguments) => Process.Start(new ProcessStartInfo(
        "env", ["--default-signal=INT", "dotnet", program, .. arguments])
    { RedirectStandardOutput = true, RedirectStandardError = hearsErrors })!;

    /// <summary>Sends Ctrl-C.</summary>
    public static async Task Interrupt(Process process)
    {
        using var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
