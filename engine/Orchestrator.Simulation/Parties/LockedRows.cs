using Orchestrator.Journal;
using Orchestrator.Simulation.Worlds;
using Orchestrator.Storage;

namespace Orchestrator.Simulation.Parties;

/// <summary>
/// A store in which another session may lock a saga's row. As PostgreSQL does, it refuses a commit that needs the row after the session's
/// time limit for locks.
/// </summary>
sealed class LockedRows(IJournalStore store, string party, RowLocks locks, Process process, Defect defect) : IJournalStore
{
    /// <summary>How long the handler of a participant waits for a row.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(1), BetweenLooks = TimeSpan.FromMilliseconds(250);

    public Database Database => store.Database;

    public Task<IReadOnlyList<Loaded>> Load(IReadOnlyList<LoadRequest> requests, CancellationToken cancellationToken) =>
        store.Load(requests, cancellationToken);

    public async Task<IReadOnlyList<bool>> Commit(IReadOnlyList<SagaWrite> writes, CancellationToken cancellationToken)
    {
        if (!await IsFree(process, () => writes.Any(IsLocked), LockTimeout, defect))
            throw new LockedRowException();
        return await store.Commit(writes, cancellationToken);
    }

    public async Task<IReadOnlyList<Attempt<bool>>> CommitFree(IReadOnlyList<SagaWrite> writes, CancellationToken cancellationToken)
    {
        List<SagaWrite> free = [.. writes.Where(write => !IsLocked(write))];
        var written = free.Count == 0 ? [] : await store.Commit(free, cancellationToken);
        return [.. writes.Select(
            write => free.IndexOf(write) is var place and >= 0 ? Attempt.Done(written[place]) : Attempt.Locked<bool>())];
    }

    public Task<DateTimeOffset> Now(CancellationToken cancellationToken) => store.Now(cancellationToken);

    public bool IsOutage(Exception exception) => store.IsOutage(exception);

    /// <summary>Waits for a row, up to a limit.</summary>
    /// <returns>Whether it is free.</returns>
    public static async Task<bool> IsFree(Process process, Func<bool> isLocked, TimeSpan longest, Defect defect)
    {
        for (var waited = TimeSpan.Zero; isLocked(); waited += BetweenLooks)
        {
            if (waited >= longest && !defect.Is(Defect.WaitForTheLockedRow))
                return false;
            await process.Delay(BetweenLooks);
        }

        return true;
    }

    bool IsLocked(SagaWrite write) => locks.Has(party, write.Saga.Id);
}
