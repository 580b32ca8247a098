using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using Orchestrator.Hosting.Settings;
using Orchestrator.Hosting.Telemetry;

namespace Orchestrator.Tests.Unit.Hosting.Telemetry;

/// <summary>OpenTelemetry's own settings configure the telemetry, and wrong settings are reported.</summary>
public class The_telemetry_of_a_host
{
    [Test]
    public void Is_off_unless_there_is_somewhere_to_export_to()
    {
        var services = new ServiceCollection();
        services.AddTelemetry(Settings(), "test");
        services.ShouldBeEmpty();
    }

    [TestCase("OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4317", true, true, true)]
    [TestCase("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://localhost:9090/api/v1/otlp/v1/metrics", false, true, false)]
    [TestCase("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://localhost:4318/v1/traces", true, false, false)]
    [TestCase("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=http://localhost:4318/v1/logs", false, false, true)]
    [TestCase("OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4317 OTEL_TRACES_EXPORTER=none OTEL_LOGS_EXPORTER=otlp", false, true, true)]
    [TestCase("OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4317 OTEL_SDK_DISABLED=true", false, false, false)]
    public void Exports_the_signals_that_have_an_endpoint(string settings, bool traces, bool metrics, bool logs) =>
        Signals.Of(Settings(settings.Split(' '))).ShouldBe(new Signals(traces, metrics, logs));

    [TestCase(
        "OTEL_EXPORTER_OTLP_ENDPOINT=localhost:4317",
        "OTEL_EXPORTER_OTLP_ENDPOINT is 'localhost:4317'; it is an address such as 'http://localhost:4317'.")]
    [TestCase(
        "OTEL_TRACES_SAMPLER=sometimes",
        "OTEL_TRACES_SAMPLER is 'sometimes'; it is 'always_on', 'always_off' or 'traceidratio', with or without 'parentbased_' before it.")]
    [TestCase(
        "OTEL_TRACES_SAMPLER=traceidratio OTEL_TRACES_SAMPLER_ARG=5",
        "OTEL_TRACES_SAMPLER_ARG is '5'; it is a ratio from 0 to 1, such as 0.05.")]
    [TestCase("OTEL_METRICS_EXPORTER=prometheus", "OTEL_METRICS_EXPORTER is 'prometheus'; it is 'otlp' or 'none'.")]
    public void Says_what_it_does_not_understand(string settings, string problem)
    {
        string[] on = ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://localhost:4317"];
        Should.Throw<SettingsException>(() => new ServiceCollection().AddTelemetry(Settings([.. on, .. settings.Split(' ')]), "test"))
            .Message.ShouldContain(problem);
    }

    [TestCase("grpc")]
    [TestCase("http/protobuf")]
    public async Task Says_that_it_can_not_be_exported_and_not_at_every_try(string protocol)
    {
        var said = new SaidLines();
        var settings = Settings(
            "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://127.0.0.1:1/v1/metrics", $"OTEL_EXPORTER_OTLP_METRICS_PROTOCOL={protocol}");
        var services = new ServiceCollection().AddSingleton(settings).AddLogging(logging => logging.AddProvider(said));
        services.AddTelemetry(settings, "test");
        await using var provider = services.BuildServiceProvider();
        _ = provider.GetServices<IHostedService>().ToList();
        var metrics = provider.GetRequiredService<MeterProvider>();
        metrics.ForceFlush();
        metrics.ForceFlush();
        said.Lines.ShouldHaveSingleItem()
            .ShouldMatch("^Telemetry can't be exported: .*http://127.0.0.1:1/.* Connection refused \\(127.0.0.1:1\\)$");
    }

    sealed class SaidLines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
            // There is nothing to release.
        }
    }

    static IConfiguration Settings(params string[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => setting.Split('=', 2)).ToDictionary(pair => pair[0], string? (pair) => pair[1]))
        .Build();
}
