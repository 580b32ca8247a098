using Microsoft.Extensions.Hosting;

namespace Orchestrator.Hosting.Embedded;

/// <summary>A lifetime that does not handle signals. The caller of the host handles them.</summary>
public sealed class NoLifetime : IHostLifetime
{
    /// <inheritdoc />
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
