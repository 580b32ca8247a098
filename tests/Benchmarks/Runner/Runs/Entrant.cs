using Orchestrator.Tests.Benchmarks.Load;
using Orchestrator.Tests.Benchmarks.Site;

namespace Orchestrator.Tests.Benchmarks.Runs;

/// <summary>A contender with its shop.</summary>
sealed record Entrant(Contender Contender, Shop Shop) : IAsyncDisposable
{
    /// <summary>Opens its shop. Every entrant gets the same orders in the same sequence.</summary>
    public static async Task<Entrant> Of(Contender contender) => new(contender, await Shop.Open(contender, new Orders()));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Shop.DisposeAsync();
        await Contender.DisposeAsync();
    }
}
