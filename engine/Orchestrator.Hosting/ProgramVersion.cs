using System.Reflection;

namespace Orchestrator.Hosting;

/// <summary>
/// The version of the programs: all have that of <c>Directory.Build.props</c>, with the commit behind a plus sign where it is known.
/// </summary>
public static class ProgramVersion
{
    /// <summary>The version of this process.</summary>
    public static string Current { get; } = typeof(
        ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
