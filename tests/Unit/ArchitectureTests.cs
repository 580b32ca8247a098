using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Orchestrator.Tests.Unit;

/// <summary>References between projects have one direction.</summary>
public partial class The_architecture
{
    // The references that each project may have. A new project needs a line here, on purpose.
    static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Orchestrator.Messages"] = [],
        ["Orchestrator.Engine"] = ["Orchestrator.Messages"],
        ["Orchestrator.Storage"] = ["Orchestrator.Messages"],
        ["Orchestrator.Participants"] = ["Orchestrator.Messages", "Orchestrator.Storage"],
        ["Orchestrator.Journal"] = ["Orchestrator.Engine", "Orchestrator.Messages", "Orchestrator.Storage"],
        ["Orchestrator.MassTransit"] =
        [
            "Orchestrator.Engine", "Orchestrator.Journal", "Orchestrator.Messages", "Orchestrator.Participants", "Orchestrator.Storage",
        ],
        ["Orchestrator.Hosting"] =
        [
            "Orchestrator.Engine", "Orchestrator.Journal", "Orchestrator.MassTransit", "Orchestrator.Messages", "Orchestrator.Storage",
        ],
        ["Orchestrator.Testing"] = ["Orchestrator.Engine", "Orchestrator.Participants"],
        ["Orchestrator.Simulation"] =
        [
            "Orchestrator.Engine", "Orchestrator.Journal", "Orchestrator.MassTransit", "Orchestrator.Messages", "Orchestrator.Participants",
            "Orchestrator.Storage", "Orchestrator.Testing",
        ],
        ["Contracts"] = ["Orchestrator.Messages"],
        ["Sagas"] = ["Contracts", "Orchestrator.Engine", "Orchestrator.Messages"],
        ["Services.Payment"] = ["Contracts", .. Service],
        ["Services.Inventory"] = ["Contracts", .. Service],
        ["Services.Shipping"] = ["Contracts", .. Service],
        ["Orchestrator.Worker"] = ["Contracts", "Sagas", "Orchestrator.Engine", "Orchestrator.Journal", .. Service],
        ["Orchestrator.Local"] =
        [
            "Contracts", "Orchestrator.Worker", "Sagas", "Services.Inventory", "Services.Payment", "Services.Shipping",
            "Orchestrator.Engine", "Orchestrator.Journal", .. Service,
        ],
        ["RideBooking"] = ["Orchestrator.Engine", .. Service],
    };

    static string[] Service =>
        ["Orchestrator.Hosting", "Orchestrator.MassTransit", "Orchestrator.Messages", "Orchestrator.Participants", "Orchestrator.Storage"];

    // A user of the packages, with its own solution.
    const string Stranger = "samples/TripBooking/";

    static readonly string[] Folders = ["engine", "samples", "src", "tests"];

    static readonly string[] Production = ["engine", "samples", "src"];

    static IEnumerable<string> Projects => Production.SelectMany(ProjectsUnder);

    static IEnumerable<string> EngineProjects => ProjectsUnder("engine").Select(project => Path.GetDirectoryName(project)!);

    [TestCaseSource(nameof(Projects))]
    public void Lets_a_project_reference_only_what_it_may(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        Allowed.ShouldContainKey(name, $"{project} is new: say in this test what it may reference");
        Included(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')))
            .Except(Allowed[name])
            .ShouldBeEmpty($"{project} must not reference these");
    }

    // The engine is a library, and the order application does not know the samples.
    [TestCase("engine", "engine")]
    [TestCase("samples", "engine")]
    [TestCase("src", "src", "engine")]
    public void Lets_the_projects_of_a_folder_reference_only_these_folders(string folder, params string[] allowed) =>
        ProjectsUnder(folder)
            .SelectMany(project => Included(project, "ProjectReference").Select(path => InRepository(project, path)))
            .ShouldAllBe(path => allowed.Contains(path.Split('/', 2)[0]));

    [Test]
    public void Has_a_sample_that_uses_packages_only() =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, Stranger), "*.csproj", SearchOption.AllDirectories)
            .SelectMany(project => Included(project, "ProjectReference").Select(path => InRepository(project, path)))
            .ShouldAllBe(path => path.StartsWith(Stranger, StringComparison.Ordinal));

    // "--orders", "orders=" and "order_id" are older than the engine, and stand in scripts and in databases.
    [TestCaseSource(nameof(EngineProjects))]
    public void Lets_the_engine_speak_of_no_business(string project) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, project), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .SelectMany(
                path => File.ReadLines(path).Select((line, i) => $"{Path.GetRelativePath(Repository.Root, path)}:{i + 1} {line.Trim()}"))
            .Where(line => Business().IsMatch(Old().Replace(line, "")))
            .ShouldBeEmpty("the engine is a library: its texts must be about sagas, participants and messages");

    [TestCase("engine/Orchestrator.Messages/Orchestrator.Messages.csproj")]
    [TestCase("src/Contracts/Contracts.csproj")]
    public void Keeps_messages_free_of_packages(string project) => Included(project, "PackageReference").ShouldBeEmpty();

    [TestCase("engine/Orchestrator.Journal", "")]
    [TestCase("src/Services.Inventory", "")]
    [TestCase("src/Services.Payment", "")]
    [TestCase("samples/RideBooking/Participants", "")]
    [TestCase("src/Services.Shipping", "")]
    [TestCase("engine/Orchestrator.Participants", "")]
    [TestCase("engine/Orchestrator.Storage", "")]
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

    // Hosts that wired their parties themselves had different retries and forgot parts.
    [Test]
    public void Wires_parties_into_a_bus_in_one_place() =>
        Production.SelectMany(
            folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(path =>
                File.ReadAllText(path) is var text
                && (text.Contains("UsingRabbitMq(", StringComparison.Ordinal) || text.Contains("UsingInMemory(", StringComparison.Ordinal)))
            .Select(Path.GetFileName)
            .ShouldBe(["PartyRegistration.cs"]);

    [Test]
    public void Has_every_project_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "Orchestrator.sln")).Replace('\\', '/');
        Folders.SelectMany(ProjectsUnder).Where(project => !solution.Contains($"\"{project}\"", StringComparison.Ordinal))
            .ShouldBeEmpty("these are neither built nor tested: dotnet sln add them");
    }

    static string InRepository(string project, string path) => Path.GetRelativePath(
        Repository.Root, Path.GetFullPath(path.Replace('\\', '/'), Path.GetDirectoryName(Path.Combine(Repository.Root, project))!))
        .Replace('\\', '/');

    static IEnumerable<string> ProjectsUnder(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Where(path => !path.StartsWith(Stranger, StringComparison.Ordinal));

    static IEnumerable<string> Included(string project, string item) =>
        XDocument.Load(Path.Combine(Repository.Root, project)).Descendants(item)
            .Select(element => (string?)element.Attribute("Include")).OfType<string>();

    [GeneratedRegex(
        @"(?i)\b(orders|order_?id|order[-_]?number|order-fulfilment|an order'?s?|ride\w*|stock\w*|inventory|payments?|fares?|shipments?|shipping|customers?|passengers?|gateway|acquirer)\b")]
    private static partial Regex Business();

    [GeneratedRegex("--orders|orders=|order_id|acknowledged_difference_order|<c>orderId</c>, <c>orderNumber</c>")]
    private static partial Regex Old();
}
