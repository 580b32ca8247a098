using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Orchestrator.Journal.Holds;

namespace Orchestrator.Journal.Deadlines;

/// <summary>Tells the sagas of a kind that their deadlines have passed. Any number of processes may sweep at the same time.</summary>
/// <param name="store">The deadlines.</param>
/// <param name="holds">Wakes sagas that nothing else would wake.</param>
/// <param name="kind">The kind of saga.</param>
/// <param name="time">The clock of this process; only durations are taken from it.</param>
/// <param name="tell">Sends a saga its <c>DeadlineReached</c>; returns when the broker has confirmed it.</param>
/// <param name="backlog">How many messages wait for the sagas.</param>
/// <param name="breaker">Holds steps that no participant answers. Absent: there is no breaker.</param>
public sealed class DeadlineSweep(
    DeadlineStore store, HoldStore holds, ISagaKind kind, TimeProvider time, Func<DueSaga, CancellationToken, Task> tell,
    Func<CancellationToken, Task<Backlog>> backlog, BreakerWatch? breaker = null)
{
    // An answer of this size fits into the buffers of a connection. A larger one would keep its rows locked while a frozen process does not
    // read it.
    const int Batch = 250;

    // The work of one replica for some seconds. Waiting messages go first: a saga must not act while its answer is in the queue.
    const int Crowd = 2_000;

    // Sagas that were told before and have not moved may never move. However many there are, a sweep tells no more than this.
    const int MostAgain = 100;

    // Long enough for a saga to move; short enough that the sagas of a replica that died are told again within seconds.
    static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(5);

    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(10), LongestLook = TimeSpan.FromSeconds(20);

    long _looked;

    /// <summary>Leases what is due, batch by batch, and tells each saga.</summary>
    /// <returns>How many were told.</returns>
    public async Task<int> Run(CancellationToken cancellationToken)
    {
        breaker?.Begin();
        var trying = breaker?.Probe(cancellationToken) ?? Task.CompletedTask;
        await Task.WhenAny(trying);
        var told = await TellDue(cancellationToken);
        // Awaited here, so that a try that fails delays no deadline.
        await trying;
        breaker?.End();
        await LookForForgotten(cancellationToken);
        return told;
    }

    async Task<int> TellDue(CancellationToken cancellationToken)
    {
        if (await store.NowIfAnyIsDue(kind, cancellationToken) is not { } began)
            return 0;
        var waiting = await backlog(cancellationToken);
        if (waiting.Outcomes > Crowd || waiting.Deadlines > Crowd)
            return 0;
        // It begins before sagas are told, because a saga that finds its step held does not give up.
        var looking = breaker?.Open(cancellationToken) ?? Task.CompletedTask;
        await Task.WhenAny(looking);
        var told = await TellNew(began, cancellationToken);
        if (waiting.Deadlines <= MostAgain)
            told += await TellAgain(began, cancellationToken);
        // Awaited here, so that a look that fails delays no deadline.
        await looking;
        return told;
    }

    async Task<int> TellNew(DateTimeOffset began, CancellationToken cancellationToken)
    {
        // The next batch is leased while the sagas of the last one are told.
        var (told, telling) = (0, Task.CompletedTask);
        while (true)
        {
            var due = await store.Lease(kind, again: false, Batch, began, LeaseTime, cancellationToken);
            try
            {
                await telling;
            }
            catch when (!cancellationToken.IsCancellationRequested)
            {
                // The batch before could not be told, so this one can't be told either.
                await store.TakeBack(kind, due, cancellationToken);
                throw;
            }

            telling = Tell(due, cancellationToken);
            told += due.Count;
            if (due.Count == Batch)
                continue;
            await telling;
            return told;
        }
    }

    async Task<int> TellAgain(DateTimeOffset began, CancellationToken cancellationToken)
    {
        var due = await store.Lease(kind, again: true, MostAgain, began, LeaseTime, cancellationToken);
        await Tell(due, cancellationToken);
        return due.Count;
    }

    async Task Tell(List<DueSaga> due, CancellationToken cancellationToken)
    {
        var untold = new ConcurrentQueue<(DueSaga Saga, Exception Reason)>();
        await Task.WhenAll(due.Select(async saga =>
        {
            try
            {
                await tell(saga, cancellationToken);
            }
#pragma warning disable CA1031 // Every exception of the transport is thrown again after the leases were taken back.
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                untold.Enqueue((saga, e));
            }
        }));
        if (!untold.TryPeek(out var first))
            return;
        await store.TakeBack(kind, untold.Select(one => one.Saga), cancellationToken);
        ExceptionDispatchInfo.Throw(first.Reason);
    }

    // It may read many rows; deadlines must not wait for it.
    async Task LookForForgotten(CancellationToken cancellationToken)
    {
        if (_looked != 0 && time.GetElapsedTime(_looked) < BetweenLooks)
            return;
        using var patience = new CancellationTokenSource(LongestLook, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            if (await holds.WakeForgotten(either.Token) < HoldStore.MostWoken)
                _looked = time.GetTimestamp();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _looked = time.GetTimestamp();
#pragma warning disable MA0054 // Logs tell the innermost cause. It would be the cancelled statement and not this text.
            throw new TimeoutException(
                $"the search for sagas of {kind.Name} that nothing would wake took longer than {LongestLook.TotalSeconds} s; it is tried "
                + $"again");
#pragma warning restore MA0054
        }
    }
}
