using System.Reflection;
using Orchestrator.Hosting;

namespace Orchestrator.Tests.Unit.Hosting;

public class The_version_of_a_program
{
    // The engine's packages have a version of their own. An operator asks for the version of the program that he runs.
    [Test]
    public void Is_that_of_its_own_assembly_and_not_of_the_engine()
    {
        ProgramVersion.Current.ShouldBe(Version(Assembly.GetEntryAssembly()!));
        ProgramVersion.Current.ShouldNotBe(Version(typeof(ProgramVersion).Assembly));
    }

    static string Version(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
