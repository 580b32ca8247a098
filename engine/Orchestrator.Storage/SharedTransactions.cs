namespace Orchestrator.Storage;

/// <summary>
/// Runs acts on what is stored under a key. Acts that wait at the same time share a transaction: their states are loaded, changed and
/// saved together. The act alone decides, in memory.
/// </summary>
/// <remarks>
/// An act that throws changes nothing, and the others of its transaction are run again without it. So an act must be safe to run twice,
/// each time on newly loaded state: <see cref="Database.Write"/> says why. What another session has locked delays only the acts that need
/// it: <see cref="SharedWrites{TKey, TRequest, TResult}"/>.
/// </remarks>
/// <typeparam name="TKey">The key that is locked. Keys are compared to sort them.</typeparam>
/// <typeparam name="TState">What is stored under it.</typeparam>
public sealed class SharedTransactions<TKey, TState> : IDisposable
    where TKey : IComparable<TKey>
{
    const int LargestBatch = 256, MostTries = 3;

    readonly Database _database;
    readonly Func<Sql, IReadOnlyList<TKey>, Task<IReadOnlyList<TState>>> _load;
    readonly Func<Sql, IReadOnlyList<TState>, Task> _save;
    readonly Func<Sql, IReadOnlyList<TKey>, Task<IReadOnlyList<bool>>> _areLocked;

    readonly SharedWrites<TKey, Request, object?> _writes;
    readonly CancellationTokenSource _stopping = new();

    /// <summary>Acts in a database.</summary>
    /// <param name="database">Where it is stored.</param>
    /// <param name="load">
    /// Loads what is stored under each key, by position, and locks it until the transaction ends, in one order for all transactions.
    /// </param>
    /// <param name="save">Writes what the acts have changed.</param>
    /// <param name="areLocked">
    /// Says by position whether another session has locked what an act on a key needs, and locks it if not. It waits for no row. It is
    /// called only for a database whose <see cref="Database.IsLocked"/> can be true.
    /// </param>
    public SharedTransactions(
        Database database, Func<Sql, IReadOnlyList<TKey>, Task<IReadOnlyList<TState>>> load, Func<Sql, IReadOnlyList<TState>, Task> save,
        Func<Sql, IReadOnlyList<TKey>, Task<IReadOnlyList<bool>>> areLocked)
    {
        (_database, _load, _save, _areLocked) = (database, load, save, areLocked);
        _writes = new SharedWrites<TKey, Request, object?>(database, Write, WriteFree, request => request.Key, LargestBatch);
    }

    /// <summary>Acts on what is stored under a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="act">Changes the state, which is then saved. An exception of the act is thrown here, and nothing is saved.</param>
    /// <param name="cancellationToken">Ends the waiting. The act may happen all the same.</param>
    /// <returns>What the act returned, after the commit.</returns>
    /// <exception cref="Contracts.DeferredMessageException">What the act needs stays locked by another session. The act has not
    /// happened and will not happen.</exception>
    public async Task<T> Act<T>(TKey key, Func<TState, T> act, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return (T)(await _writes.Run(new Request(key, state => act(state)), cancellationToken).WaitAsync(cancellationToken))!;
    }

    /// <summary>Ends the waiting for a database that is away.</summary>
    public void Dispose() => _stopping.Cancel();

    Task<IReadOnlyList<object?>> Write(IReadOnlyList<Request> requests) =>
        UnlessStoredMeanwhile(() => _database.WriteUnlessLocked(sql => LoadActSave(sql, requests), _stopping.Token));

    Task<IReadOnlyList<Attempt<object?>>> WriteFree(IReadOnlyList<Request> requests) => UnlessStoredMeanwhile(() => FreeRows.Write(
        _database, requests, (sql, all) => _areLocked(sql, [.. all.Select(request => request.Key)]), LoadActSave, _stopping.Token));

    async Task<T> UnlessStoredMeanwhile<T>(Func<Task<T>> write)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await write();
            }
            catch (Exception e) when (attempt < MostTries && _database.IsDuplicate(e))
            {
                // There was no row to lock, and another session has inserted it first. Now there is one.
            }
        }
    }

    async Task<IReadOnlyList<object?>> LoadActSave(Sql sql, IReadOnlyList<Request> requests)
    {
        var states = await _load(sql, [.. requests.Select(request => request.Key)]);
        IReadOnlyList<object?> results = [.. requests.Zip(states, (request, state) => request.Act(state))];
        await _save(sql, states);
        return results;
    }

    sealed record Request(TKey Key, Func<TState, object?> Act);
}
