using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using OpenTelemetry.Trace;
using Orchestrator.Hosting;
using Orchestrator.Hosting.Health;
using Orchestrator.Hosting.Settings;

namespace Orchestrator.Hosting.Telemetry;

/// <summary>
/// Which traces are recorded: whoever begins one chooses, by <c>OTEL_TRACES_SAMPLER</c>, and everybody else abides by it.
/// </summary>
/// <remarks>
/// A trace that nobody chose costs its ids and no more; it is kept from where it turns out to matter, by a parent that says so.
/// </remarks>
sealed class ChosenTraces(Sampler beginning) : Sampler
{
    static readonly SamplingResult Recorded = new(SamplingDecision.RecordAndSample), Dropped = new(SamplingDecision.Drop);

    /// <summary>By the environment's variables; all traces unless they say otherwise.</summary>
    /// <exception cref="SettingsException">They can't be understood.</exception>
    public static ChosenTraces By(IConfiguration configuration)
    {
        var (name, argument) = (configuration["OTEL_TRACES_SAMPLER"] ?? "", configuration["OTEL_TRACES_SAMPLER_ARG"]);
        // Everybody abides by the beginning, so both families come to the same.
        const string ByParent = "parentbased_";
        return new ChosenTraces((name.StartsWith(ByParent, StringComparison.Ordinal) ? name[ByParent.Length..] : name) switch
        {
            "" or "always_on" => new AlwaysOnSampler(),
            "always_off" => new AlwaysOffSampler(),
            "traceidratio" => new TraceIdRatioBasedSampler(Ratio(argument)),
            _ => throw new SettingsException(
                [$"OTEL_TRACES_SAMPLER is '{name}'; it is 'always_on', 'always_off' or 'traceidratio', with or without '{ByParent}' "
                    + $"before it."]),
        });
    }

    /// <inheritdoc />
    public override SamplingResult ShouldSample(in SamplingParameters span)
    {
        if (IsRepetition(span))
            return Dropped;
        return span.ParentContext.TraceId == default ? beginning.ShouldSample(span)
            : span.ParentContext.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? Recorded
            : Dropped;
    }

    // MassTransit has a span for a message's arrival, and within it one for each that handles it; and one for what is caught
    // instead of being sent, beside the one for sending it later.
    static bool IsRepetition(in SamplingParameters span) =>
        span.Name == "outbox send" || (span.Kind == ActivityKind.Consumer && span.Name.EndsWith(" process", StringComparison.Ordinal));

    static double Ratio(string? argument) =>
        string.IsNullOrEmpty(argument) ? 1
        : double.TryParse(argument, NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio) && ratio is >= 0 and <= 1 ? ratio
        : throw new SettingsException([$"OTEL_TRACES_SAMPLER_ARG is '{argument}'; it is a ratio from 0 to 1, such as 0.05."]);
}
