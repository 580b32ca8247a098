using System.Xml.Linq;

namespace Orchestrator.Tests.Unit;

/// <summary>References between projects point one way.</summary>
public class The_architecture
{
    // What each project may reference. A new project gets a line here, on purpose.
    static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Contracts"] = [],
        ["Storage"] = ["Contracts"],
        ["Wire"] = ["Contracts"],
        ["ServiceDefaults"] = ["Contracts", "Storage", "Wire"],
        ["Sagas"] = ["Contracts"],
        ["Sagas.Testing"] = ["Contracts", "Sagas"],
        ["Journal"] = ["Contracts", "Sagas", "Storage", "Wire"],
        ["Services.Payment"] = ["Contracts", "ServiceDefaults", "Storage"],
        ["Services.Inventory"] = ["Contracts", "ServiceDefaults", "Storage"],
        ["Services.Shipping"] = ["Contracts", "ServiceDefaults", "Storage"],
        ["Services.Rides"] = ["Contracts", "ServiceDefaults", "Storage"],
        ["Orchestrator.Worker"] = ["Contracts", "Journal", "Sagas", "ServiceDefaults", "Storage"],
        ["Orchestrator.Local"] =
        [
            "Contracts", "Journal", "Orchestrator.Worker", "Sagas", "ServiceDefaults", "Services.Inventory", "Services.Payment", "Services.Rides",
            "Services.Shipping", "Storage", "Wire",
        ],
    };

    static IEnumerable<string> Projects => ProjectsUnder("src");

    [TestCaseSource(nameof(Projects))]
    public void Lets_a_project_reference_only_what_it_may(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        Allowed.ShouldContainKey(name, $"{project} is new: say in this test what it may reference");
        Included(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')))
            .Except(Allowed[name])
            .ShouldBeEmpty($"{project} must not reference these");
    }

    [Test]
    public void Keeps_the_contracts_free_of_packages() =>
        Included("src/Contracts/Contracts.csproj", "PackageReference").ShouldBeEmpty();

    [TestCase("src/Journal", "Repository")]
    [TestCase("src/Services.Inventory", "Handlers")]
    [TestCase("src/Services.Payment", "Handlers")]
    [TestCase("src/Services.Rides", "Handlers")]
    [TestCase("src/Services.Shipping", "Handlers")]
    [TestCase("src/Storage", "")]
    public void Knows_the_bus_only_at_its_edge(string project, string edge)
    {
        var folder = Path.Combine(Repository.Root, project);
        Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
            .Where(path => !path.StartsWith("obj/", StringComparison.Ordinal) && !path.StartsWith("bin/", StringComparison.Ordinal))
            .Where(path => edge.Length == 0 || !path.StartsWith(edge + "/", StringComparison.Ordinal))
            .Where(path => !path.EndsWith("Registration.cs", StringComparison.Ordinal))
            .Where(path => File.ReadAllText(Path.Combine(folder, path)).Contains("using MassTransit", StringComparison.Ordinal))
            .ShouldBeEmpty($"only {edge} may use MassTransit");
    }

    [Test]
    public void Has_every_project_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "Orchestrator.sln")).Replace('\\', '/');
        ProjectsUnder("src").Concat(ProjectsUnder("tests")).Where(project => !solution.Contains($"\"{project}\"", StringComparison.Ordinal))
            .ShouldBeEmpty("these are neither built nor tested: dotnet sln add them");
    }

    static IEnumerable<string> ProjectsUnder(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'));

    static IEnumerable<string> Included(string project, string item) =>
        XDocument.Load(Path.Combine(Repository.Root, project)).Descendants(item)
            .Select(element => (string?)element.Attribute("Include")).OfType<string>();
}
