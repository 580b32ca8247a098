using Npgsql;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Tests.Chaos.Checks;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>
/// A foreign session locks the row of a saga and that of a SKU for up to a minute. Only the messages that need these rows wait.
/// </summary>
sealed class ForeignLock(Liveness liveness) : Fault("rows locked by somebody else", weight: 2)
{
    const int Shortest = 20_000, Longest = 60_000;

    // The newest saga still has steps to do, and many orders need the SKU.
    const string Lock = """
        SELECT FROM orchestrator.saga WHERE completed_at IS NULL AND state = 'Running' ORDER BY created_at DESC LIMIT 1 FOR UPDATE;
        SELECT FROM inventory.inventory_stock WHERE sku = 'NW-5' FOR UPDATE
        """;

    static readonly TimeSpan UntilMet = TimeSpan.FromSeconds(5), Patience = TimeSpan.FromSeconds(15);

    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var time = TimeSpan.FromMilliseconds(Shortest + dice.Below(Longest - Shortest));
        await using var session = await liveness.Session(stop);
        await using var transaction = await session.BeginTransactionAsync(stop);
        await using (var command = new NpgsqlCommand(Lock, session, transaction))
            await command.ExecuteNonQueryAsync(stop);
        var began = TimeProvider.System.GetUtcNow();
        await Task.Delay(UntilMet, stop);
        var stuck = await liveness.OthersMove(
            "a foreign session locked a saga and a SKU", [nameof(StockReserved), nameof(StockRefused)], began + UntilMet, Patience, stop);
        var left = time - (TimeProvider.System.GetUtcNow() - began);
        await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, stop);
        return new(FormattableString.Invariant($"a saga and a SKU for {time.TotalSeconds:0.0} s"), stuck);
    }
}
