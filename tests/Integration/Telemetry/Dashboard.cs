using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.Tests.Unit;

namespace Orchestrator.Tests.Integration.Telemetry;

/// <summary>The dashboard as Grafana reads it.</summary>
static partial class Dashboard
{
    /// <summary>Every query, with Grafana's variables filled in.</summary>
    public static IReadOnlyList<string> Queries { get; } =
    [
        .. from panel in Read().RootElement.GetProperty("panels").EnumerateArray()
           where panel.TryGetProperty("targets", out _)
           from target in panel.GetProperty("targets").EnumerateArray()
           select target.GetProperty("expr").GetString()!
               .Replace("$__rate_interval", "5m", StringComparison.Ordinal).Replace("$__range", "1h", StringComparison.Ordinal)
               .Replace("$kind", ".*", StringComparison.Ordinal),
    ];

    /// <summary>The metrics that a query names.</summary>
    public static IEnumerable<string> Metrics(string query) => Metric().Matches(query).Select(match => match.Value);

    static JsonDocument Read() =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "deploy/grafana/dashboards/orchestrator.json")));

    [GeneratedRegex(@"\b(orchestrator|messaging_process|dotnet)_\w+")]
    private static partial Regex Metric();
}
