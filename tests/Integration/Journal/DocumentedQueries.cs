using System.Text.RegularExpressions;

namespace Orchestrator.Tests.Integration.Journal;

/// <summary>The queries in docs/queries.md for operators.</summary>
static partial class DocumentedQueries
{
    public static IReadOnlyList<string> All()
    {
        var folder = TestContext.CurrentContext.TestDirectory;
        while (!File.Exists(Path.Combine(folder, "Orchestrator.sln")))
            folder = Path.GetDirectoryName(folder)
            ?? throw new DirectoryNotFoundException("Orchestrator.sln is in no folder above the tests");
        return
        [
            .. Query().Matches(File.ReadAllText(Path.Combine(folder, "docs", "queries.md"))).Select(match => match.Groups["sql"].Value),
        ];
    }

    [GeneratedRegex("```sql\n(?<sql>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Query();
}
