using System.Text.RegularExpressions;
using Orchestrator.Local.Runs;

namespace Orchestrator.Tests.Unit.Local.Runs;

public partial class The_document_of_the_settings
{
    static readonly string[] Folders = ["engine", "src"];

    [Test]
    public void Says_what_the_code_says() => File.ReadAllText(Path.Combine(Repository.Root, "docs", "settings.md")).ShouldBe(
        SettingsDocument.All()["settings.md"],
        "docs/settings.md is stale; run: dotnet run --project src/Orchestrator.Local -- settings --into docs");

    [Test]
    public void Has_every_setting_that_the_code_reads()
    {
        var known = SettingsDocument.Settings.Select(setting => setting.Key).ToList();
        var read = Folders
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(file => Reading().Matches(File.ReadAllText(file)).Select(match => match.Groups["key"].Value.TrimEnd(':')))
            .Distinct().ToList();
        read.ShouldNotBeEmpty();
        // The settings of OpenTelemetry have their own table.
        read.Where(
            key => !key.StartsWith("OTEL_", StringComparison.Ordinal)
            && !known.Any(setting => setting.Split(':').Contains(key) || setting == key))
            .ShouldBeEmpty("add it to the settings of its host");
    }

    [Test]
    public void Names_environment_variables() =>
        SettingsDocument.All()["settings.md"].ShouldContain("| `ConnectionStrings__Postgres` | none; needed |");

    [GeneratedRegex("""(?:[Cc]onfiguration\[\$?|GetSection\(|GetConnectionString\(|PostgresOf\(|section\[|Bind\()"(?<key>[A-Za-z_:]+)""")]
    private static partial Regex Reading();
}
