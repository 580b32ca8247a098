using Microsoft.Extensions.Hosting;

namespace Orchestrator.Hosting.Embedded;

/// <summary>The host lives as long as its run: the caller of the host handles signals.</summary>
public sealed class NoLifetime : IHostLifetime
{
    /// <inheritdoc />
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
