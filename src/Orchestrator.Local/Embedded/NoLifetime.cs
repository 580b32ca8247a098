using Microsoft.Extensions.Hosting;

namespace Orchestrator.Local.Embedded;

/// <summary>The host lives as long as its run: signals are the command line's affair.</summary>
sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
