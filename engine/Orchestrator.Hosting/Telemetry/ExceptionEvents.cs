using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Orchestrator.Contracts;

namespace Orchestrator.Hosting.Telemetry;

/// <summary>
/// What spans tell of exceptions, those of Npgsql's spans too: what failed, and where in the code, but nothing that a message or a row
/// says.
/// </summary>
sealed class ExceptionEvents : IHostedService, IDisposable
{
    // It records no spans itself: it only answers for what is told of exceptions, before .NET would take it from them.
    readonly ActivityListener _listener = new() { ShouldListenTo = _ => true, ExceptionRecorder = Tell };

    /// <summary>Listens from the first span on.</summary>
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
