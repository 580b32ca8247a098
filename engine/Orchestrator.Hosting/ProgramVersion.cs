using System.Reflection;

namespace Orchestrator.Hosting;

/// <summary>The version of the program that runs: that of its own assembly, which is not that of the engine's packages.</summary>
public static class ProgramVersion
{
    /// <summary>The version of this process, with the commit behind a plus sign where it is known.</summary>
    public static string Current { get; } = Of(Assembly.GetEntryAssembly()) ?? Of(typeof(ProgramVersion).Assembly)!;

    static string? Of(Assembly? assembly) =>
        assembly?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
}
