using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using OpenTelemetry.Trace;
using Orchestrator.Hosting.Settings;

namespace Orchestrator.Hosting.Telemetry;

/// <summary>
/// Decides which traces are recorded. The process that begins a trace decides by <c>OTEL_TRACES_SAMPLER</c>, and all others follow its
/// decision.
/// </summary>
/// <remarks>
/// A trace that is not recorded costs only its ids. When it becomes important, such as by a failure, it is recorded from there on, because
/// the parent of the later spans is marked as recorded.
/// </remarks>
sealed class ChosenTraces(Sampler beginning) : Sampler
{
    static readonly SamplingResult Recorded = new(SamplingDecision.RecordAndSample), Dropped = new(SamplingDecision.Drop);

    /// <summary>Reads the environment variables. By default all traces are recorded.</summary>
    /// <exception cref="SettingsException">A variable is invalid.</exception>
    public static ChosenTraces By(IConfiguration configuration)
    {
        var (name, argument) = (configuration["OTEL_TRACES_SAMPLER"] ?? "", configuration["OTEL_TRACES_SAMPLER_ARG"]);
        // All processes follow the first decision, so a sampler means the same with and without this prefix.
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

    // MassTransit has a span for a message's arrival, and within it a span for each handler. It also has a span for a message that its
    // outbox holds back, beside the span of the later sending.
    static bool IsRepetition(in SamplingParameters span) =>
        span.Name == "outbox send" || (span.Kind == ActivityKind.Consumer && span.Name.EndsWith(" process", StringComparison.Ordinal));

    static double Ratio(string? argument) =>
        string.IsNullOrEmpty(argument) ? 1
        : double.TryParse(argument, NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio) && ratio is >= 0 and <= 1 ? ratio
        : throw new SettingsException([$"OTEL_TRACES_SAMPLER_ARG is '{argument}'; it is a ratio from 0 to 1, such as 0.05."]);
}
