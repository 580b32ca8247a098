using Orchestrator.Journal.Holds;

namespace Orchestrator.Journal.Deadlines;

/// <summary>Tells every saga whose deadline has passed.</summary>
/// <param name="store">The deadlines.</param>
/// <param name="kinds">The kinds of saga that this process runs.</param>
/// <param name="tell">Sends a saga its <c>DeadlineReached</c>; returns when the broker has confirmed it.</param>
/// <param name="holds">Wakes what nothing else would.</param>
/// <param name="time">The clock of this process.</param>
/// <param name="isLagging">Whether outcomes or deadlines wait in a queue: they go first, or a saga would act although its answer is there.</param>
public sealed class DeadlineSweep(
    DeadlineStore store, HoldStore holds, IEnumerable<ISagaKind> kinds, TimeProvider time, Func<DueSaga, CancellationToken, Task> tell,
    Func<CancellationToken, Task<bool>> isLagging)
{
    const int Batch = 1_000;

    // Long enough for a saga to move; short enough that those of a replica that died are told again within seconds.
    static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(5);

    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(10);

    readonly string[] _kinds = [.. kinds.Select(kind => kind.Name)];
    long _looked;

    /// <summary>Leases what is due, batch by batch, and tells each saga.</summary>
    /// <returns>How many were told.</returns>
    public async Task<int> Run(CancellationToken cancellationToken)
    {
        await LookForForgotten(cancellationToken);
        if (await store.NowIfAnyIsDue(_kinds, cancellationToken) is not { } began || await isLagging(cancellationToken))
            return 0;
        // The next batch is leased while the last one is being told.
        var (told, telling) = (0, Task.CompletedTask);
        while (true)
        {
            var due = await store.Lease(_kinds, Batch, began, LeaseTime, cancellationToken);
            await telling;
            telling = Task.WhenAll(due.Select(saga => tell(saga, cancellationToken)));
            told += due.Count;
            if (due.Count == Batch)
                continue;
            await telling;
            return told;
        }
    }

    async Task LookForForgotten(CancellationToken cancellationToken)
    {
        if (_looked != 0 && time.GetElapsedTime(_looked) < BetweenLooks)
            return;
        await holds.WakeForgotten(cancellationToken);
        _looked = time.GetTimestamp();
    }
}
