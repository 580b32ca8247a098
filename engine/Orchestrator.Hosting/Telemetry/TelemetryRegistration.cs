using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Orchestrator.Contracts;
using Orchestrator.Hosting.Settings;

namespace Orchestrator.Hosting.Telemetry;

/// <summary>Adds the export of traces, metrics and logs to a host.</summary>
public static class TelemetryRegistration
{
    static readonly Measurement<int> Build = new(1, KeyValuePair.Create("service.version", (object?)ProgramVersion.Current));

    /// <summary>Exports by OTLP the signals that OpenTelemetry's environment variables turn on. Adds nothing when all are off.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">Holds the environment variables.</param>
    /// <param name="service">The service's name. <c>OTEL_SERVICE_NAME</c> overrides it.</param>
    /// <exception cref="SettingsException">A variable is invalid.</exception>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration, string service)
    {
        var signals = Signals.Of(configuration);
        if (!signals.Any)
            return services;
        var chosen = ChosenTraces.By(configuration);
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(
                resource => resource.AddService(service, serviceVersion: ProgramVersion.Current).AddEnvironmentVariableDetector())
            .UseOtlpExporter();
        if (signals.Traces)
        {
            services.AddHostedService<ExceptionEvents>();
            telemetry.WithTracing(
                tracing =>
                    tracing.SetSampler(chosen).AddSource(Instrumentation.Name, "MassTransit", "Npgsql").AddProcessor<MessagingNames>());
        }

        if (signals.Metrics)
        {
            Instrumentation.Meter.CreateObservableGauge(
                "orchestrator.build.info", () => Build, null, "1, with the version of the program as an attribute");
            telemetry.WithMetrics(metrics => metrics.AddMeter(Instrumentation.Name, "Npgsql", "System.Runtime"));
        }

        // The exporter is for all signals, so log lines without an endpoint are filtered out here.
        if (!signals.Logs)
            services.AddLogging(logging => logging.AddFilter<OpenTelemetryLoggerProvider>(null, LogLevel.None));
        services.Configure<OpenTelemetryLoggerOptions>(logging => logging.IncludeFormattedMessage = true);
        services.TryAddSingleton(TimeProvider.System);
        services.AddHostedService<ExportFailures>();
        return services;
    }
}
