using Orchestrator.Contracts;
using Orchestrator.Journal;
using Orchestrator.Storage;
using Orchestrator.Tests.Simulation.Engine;

namespace Orchestrator.Tests.Simulation.Parties;

/// <summary>A store in which somebody else may hold a saga's row: a commit that needs it is refused after a while, and the others of its batch go on.</summary>
sealed class LockedRows(IJournalStore store, string party, RowLocks locks, Process process, Defect defect) : IJournalStore
{
    /// <summary>How long a commit of one row waits for it.</summary>
    public static readonly TimeSpan LongestAlone = TimeSpan.FromSeconds(5);

    static readonly TimeSpan LongestOfABatch = TimeSpan.FromSeconds(1), BetweenLooks = TimeSpan.FromMilliseconds(250);

    public Database Database => store.Database;

    public Task<IReadOnlyList<Loaded>> Load(IReadOnlyList<LoadRequest> requests, CancellationToken cancellationToken) => store.Load(requests, cancellationToken);

    public async Task<IReadOnlyList<bool>> Commit(IReadOnlyList<Turn> turns, CancellationToken cancellationToken)
    {
        await Wait(process, () => turns.Any(turn => locks.Has(party, turn.Saga.Id)), turns.Count == 1 ? LongestAlone : LongestOfABatch, defect);
        return await store.Commit(turns, cancellationToken);
    }

    public Task<DateTimeOffset> Now(CancellationToken cancellationToken) => store.Now(cancellationToken);

    public bool IsOutage(Exception exception) => store.IsOutage(exception);

    /// <summary>Waits for a row.</summary>
    /// <exception cref="DeferredMessageException">It is still locked after the longest time.</exception>
    public static async Task Wait(Process process, Func<bool> isLocked, TimeSpan longest, Defect defect)
    {
        for (var waited = TimeSpan.Zero; isLocked(); waited += BetweenLooks)
        {
            if (waited >= longest && !defect.Is(Defect.WaitForTheLockedRow))
                throw new DeferredMessageException("a row is locked");
            await process.Delay(BetweenLooks);
        }
    }
}
