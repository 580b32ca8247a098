using System.Diagnostics;
using Npgsql;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Tests.Chaos.Checks;
using Orchestrator.Tests.Chaos.Site;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>SIGSTOP of a host whose session is idle in a transaction, with locks that the other replica needs.</summary>
/// <remarks>
/// The fault makes this moment: a replica waits for a row that the fault has locked, is frozen, and then gets the row unnoticed.
/// </remarks>
sealed class FreezeLockHolder(Fleet fleet, Liveness liveness) : Fault("host frozen with a lock")
{
    const int Shortest = 30_000, Longest = 45_000;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), Look = TimeSpan.FromMilliseconds(20);

    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var time = TimeSpan.FromMilliseconds(Shortest + dice.Below(Longest - Shortest));
        var slots = fleet.Slots.Where(slot => slot.Name.StartsWith("inventory", StringComparison.Ordinal)).ToList();
        Slot? frozen;
        await using (var session = await liveness.Session(stop))
        {
            await using var transaction = await session.BeginTransactionAsync(stop);
            // On a busy machine another session may hold the rows for longer than the usual lock limit. This session waits for them without
            // a limit.
            await using var command = new NpgsqlCommand(
                "SET LOCAL lock_timeout = 0; SELECT FROM inventory.inventory_stock FOR UPDATE", session, transaction);
            await command.ExecuteNonQueryAsync(stop);
            frozen = await Waiting(slots, stop);
            if (frozen is not null)
                await frozen.Process.Pause();
        }

        if (frozen is null)
            return new("no host asked for the rows");
        var host = frozen.Process;
        var since = TimeProvider.System.GetUtcNow();
        var stuck = await liveness.OthersMove(
            $"{frozen.Name} was frozen with a lock", [nameof(StockReserved), nameof(StockRefused)], since, Patience, stop);
        var left = time - (TimeProvider.System.GetUtcNow() - since);
        await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, stop);
        await host.Resume();
        return new(FormattableString.Invariant($"{frozen.Name} for {time.TotalSeconds:0.0} s"), stuck);
    }

    async Task<Slot?> Waiting(IReadOnlyList<Slot> slots, CancellationToken stop)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience; await Task.Delay(Look, stop))
        {
            var names = await liveness.Books.Lines(
                "inventory",
                "SELECT application_name FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = ANY(@names)",
                ("names", slots.Select(slot => slot.Name).ToArray()));
            if (names.Count > 0)
                return slots.First(slot => slot.Name == names[0]);
        }

        return null;
    }
}
