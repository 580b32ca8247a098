using Orchestrator.Contracts;

namespace Orchestrator.Storage;

/// <summary>
/// Group commit of requests that lock rows. A row that another session keeps locked holds up only the requests that need it.
/// </summary>
/// <remarks>
/// Others lock rows for milliseconds as a rule, so a batch waits for its locks. When it has waited for the session's <c>lock_timeout</c>,
/// it is run again without the requests whose rows are locked. These are tried again apart from the others. As long as such locks are
/// known, every batch leaves out what is locked and never waits. A request whose patience ends fails with
/// <see cref="DeferredMessageException"/>: it is in no batch then, so nothing is written for it later.
/// </remarks>
public sealed class SharedWrites<TKey, TRequest, TResult> : IAsyncDisposable
    where TKey : IComparable<TKey>
{
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50), LongestPause = TimeSpan.FromMilliseconds(250);

    // Deferred messages come again after ten seconds: the first of them must not make a batch wait once more.
    static readonly TimeSpan Remembered = TimeSpan.FromSeconds(15);

    // A host takes a limited number of messages at once. Few of them may wait for long. When many wait, they must make room for messages
    // whose rows are free.
    const int FewWaiting = 8;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5), PatienceOfACrowd = TimeSpan.FromSeconds(1);

    readonly Database _database;
    readonly Func<IReadOnlyList<TRequest>, Task<IReadOnlyList<TResult>>> _write;
    readonly Func<IReadOnlyList<TRequest>, Task<IReadOnlyList<Attempt<TResult>>>> _writeFree;
    readonly Coalescer<TKey, TRequest, Attempt<TResult>> _first, _again;
    int _waiting;
    long _lastLongLock;

    /// <summary>Writes in a database.</summary>
    /// <param name="database">Says which exceptions mean a lock.</param>
    /// <param name="write">Answers a batch, by position; waits for locks.</param>
    /// <param name="writeFree">Answers a batch, by position, and waits for no lock: see <see cref="FreeRows"/>.</param>
    /// <param name="key">A batch holds at most one request of a key, and is sorted by it.</param>
    /// <param name="largestBatch">How many requests may share a batch.</param>
    public SharedWrites(
        Database database, Func<IReadOnlyList<TRequest>, Task<IReadOnlyList<TResult>>> write,
        Func<IReadOnlyList<TRequest>, Task<IReadOnlyList<Attempt<TResult>>>> writeFree, Func<TRequest, TKey> key, int largestBatch)
    {
        (_database, _write, _writeFree) = (database, write, writeFree);
        _first = new Coalescer<TKey, TRequest, Attempt<TResult>>(First, key, largestBatch);
        _again = new Coalescer<TKey, TRequest, Attempt<TResult>>(writeFree, key, largestBatch);
    }

    /// <summary>Joins the next batch.</summary>
    /// <param name="request">The request; it may be run several times, until it has a result.</param>
    /// <param name="cancellationToken">Ends the waiting for a locked row.</param>
    /// <exception cref="DeferredMessageException">A row that it needs stays locked. Nothing was written.</exception>
    /// <exception cref="ObjectDisposedException">The host is stopping.</exception>
    public async Task<TResult> Run(TRequest request, CancellationToken cancellationToken = default)
    {
        var attempt = await _first.Run(request);
        return attempt.IsLocked ? await UntilFree(request, cancellationToken) : attempt.Result!;
    }

    /// <summary>Answers the requests that wait, and takes no more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _again.DisposeAsync();
    }

    async Task<IReadOnlyList<Attempt<TResult>>> First(IReadOnlyList<TRequest> requests)
    {
        if (!IsSomethingLocked)
        {
            try
            {
                return [.. (await _write(requests)).Select(Attempt.Done)];
            }
            catch (Exception e) when (_database.IsLocked(e))
            {
                FoundLongLock();
            }
        }

        return await _writeFree(requests);
    }

    async Task<TResult> UntilFree(TRequest request, CancellationToken cancellationToken)
    {
        var found = _database.Time.GetTimestamp();
        Interlocked.Increment(ref _waiting);
        try
        {
            for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
            {
                await Task.Delay(pause, _database.Time, cancellationToken);
                // When no long lock is known any more, it joins the normal batches, which wait for locks. Without waiting it would rarely
                // find a row free that is always in use.
                if (await (IsSomethingLocked ? _again : _first).Run(request) is { IsLocked: false } attempt)
                    return attempt.Result!;
                var waited = _database.Time.GetElapsedTime(found);
                if (waited >= (Volatile.Read(ref _waiting) > FewWaiting ? PatienceOfACrowd : Patience))
                    throw new DeferredMessageException("a row that it needs is locked by another session");
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    bool IsSomethingLocked => Volatile.Read(ref _lastLongLock) is not 0 and var last && _database.Time.GetElapsedTime(last) < Remembered;

    void FoundLongLock()
    {
        Volatile.Write(ref _lastLongLock, _database.Time.GetTimestamp());
        _database.TellRowsLocked();
    }
}
