using Microsoft.Extensions.Configuration;
using Orchestrator.Hosting.Settings;

namespace Orchestrator.Hosting.Telemetry;

/// <summary>The signals that a host exports. A signal is on when OpenTelemetry's environment variables name an endpoint for it.</summary>
/// <param name="Traces">Whether spans are exported.</param>
/// <param name="Metrics">Whether metrics are exported.</param>
/// <param name="Logs">Whether log lines are exported.</param>
public readonly record struct Signals(bool Traces, bool Metrics, bool Logs)
{
    /// <summary>Whether anything is exported.</summary>
    public bool Any => Traces || Metrics || Logs;

    /// <summary>
    /// Reads <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, <c>OTEL_EXPORTER_OTLP_METRICS_ENDPOINT</c>, <c>OTEL_METRICS_EXPORTER</c> and so on.
    /// </summary>
    /// <exception cref="SettingsException">A variable is invalid.</exception>
    public static Signals Of(IConfiguration configuration)
    {
        if (string.Equals(configuration["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase))
            return default;
        var problems = new List<string>();
        var signals = new Signals(IsOn("TRACES"), IsOn("METRICS"), IsOn("LOGS"));
        return problems.Count == 0 ? signals : throw new SettingsException(problems);

        bool IsOn(string signal)
        {
            var variable = string.IsNullOrEmpty(configuration[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"])
                ? "OTEL_EXPORTER_OTLP_ENDPOINT" : $"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT";
            if (configuration[variable] is not { Length: > 0 } endpoint)
                return false;
            if (configuration[$"OTEL_{signal}_EXPORTER"] is { Length: > 0 } exporter and not "otlp")
            {
                if (exporter != "none")
                    problems.Add($"OTEL_{signal}_EXPORTER is '{exporter}'; it is 'otlp' or 'none'.");
                return false;
            }

            if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
                problems.Add($"{variable} is '{endpoint}'; it is an address such as 'http://localhost:4317'.");
            return true;
        }
    }
}
