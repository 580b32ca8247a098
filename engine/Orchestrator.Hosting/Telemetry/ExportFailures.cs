using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Hosting.Telemetry;

/// <summary>Logs failures of exports. The exporter reports them only to listeners of its events.</summary>
sealed partial class ExportFailures(ILogger<ExportFailures> logger, TimeProvider time) : EventListener, IHostedService
{
    const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";
    static readonly TimeSpan Quiet = TimeSpan.FromMinutes(5);

    readonly Lock _gate = new();
    DateTimeOffset _next;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Exporter)
            EnableEvents(eventSource, EventLevel.Warning);
    }

    /// <inheritdoc />
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        lock (_gate)
        {
            if (time.GetUtcNow() < _next)
                return;
            _next = time.GetUtcNow() + Quiet;
        }

        // An exception comes with its stack trace, and its first line is enough.
        var reason = string.Format(
            CultureInfo.InvariantCulture, eventData.Message ?? eventData.EventName ?? "", [.. eventData.Payload ?? []]).Split('\n')[0]
            .TrimEnd();
        LogFailed(reason);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Telemetry can't be exported: {Reason}")]
    partial void LogFailed(string reason);
}
