using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Orchestrator.Contracts;

namespace Orchestrator.Hosting.Telemetry;

/// <summary>
/// Controls how spans record exceptions, also the spans of Npgsql: what failed, and where in the code, but no content of messages or rows.
/// </summary>
sealed class ExceptionEvents : IHostedService, IDisposable
{
    // The listener records no spans. It only sets the tags of an exception, before .NET takes them from the exception itself.
    readonly ActivityListener _listener = new() { ShouldListenTo = _ => true, ExceptionRecorder = Tell };

    /// <summary>Starts to listen, so that it sees the first span.</summary>
    public ExceptionEvents() => ActivitySource.AddActivityListener(_listener);

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();

    static void Tell(Activity span, Exception exception, ref TagList tags)
    {
        tags.Add("exception.message", Redacted.Failure(exception));
        tags.Add("exception.stacktrace", exception.StackTrace);
    }
}
