using System.Text.RegularExpressions;

namespace Orchestrator.Tests.Unit;

/// <summary>The handbook says for each alert what it means and what to do.</summary>
public partial class Every_alert
{
    static IEnumerable<Match> Alerts => Alert().Matches(File.ReadAllText(Path.Combine(Repository.Root, "deploy/prometheus/alerts.yml")));

    [Test]
    public void Links_to_its_entry_in_the_handbook()
    {
        var entries = Heading().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs/operating.md")))
            .Select(match => match.Groups["name"].Value).ToList();
        Alerts.Select(alert => alert.Groups["name"].Value).ShouldBe(entries, ignoreOrder: true);
        foreach (var alert in Alerts)
            alert.Groups["link"].Value.ShouldBe($"docs/operating.md#alert-{alert.Groups["name"].Value.ToLowerInvariant()}");
    }

    [GeneratedRegex(@"- alert: (?<name>\w+)\s[\s\S]*?runbook_url: (?<link>\S+)")]
    private static partial Regex Alert();

    [GeneratedRegex(@"^#### Alert: (?<name>\w+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
