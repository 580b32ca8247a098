namespace Orchestrator.Storage;

/// <summary>Writes for those requests whose rows are free, and waits for no lock.</summary>
public static class FreeRows
{
    // Rows that another session is inserting can't be seen. A statement can only wait for them, so the wait is short.
    internal const string HardlyWait = "SET LOCAL lock_timeout = '100ms'";

    const int MostInARow = 8;

    /// <summary>Writes in one transaction for all requests whose rows are free.</summary>
    /// <param name="database">Where the rows are.</param>
    /// <param name="requests">The requests.</param>
    /// <param name="areLocked">Says by position whether another session has locked rows of a request, and locks the rows of the others; it
    /// waits for no row.</param>
    /// <param name="write">Writes for requests, and answers by position. Safe to run twice.</param>
    /// <param name="cancellationToken">Ends the waiting for a database that is away.</param>
    public static async Task<IReadOnlyList<Attempt<TResult>>> Write<TRequest, TResult>(
        Database database, IReadOnlyList<TRequest> requests, Func<Sql, IReadOnlyList<TRequest>, Task<IReadOnlyList<bool>>> areLocked,
        Func<Sql, IReadOnlyList<TRequest>, Task<IReadOnlyList<TResult>>> write, CancellationToken cancellationToken)
    {
        IReadOnlyList<bool>? locked = null;
        try
        {
            return await database.WriteUnlessLocked(
                async sql =>
                {
                    locked = null;
                    if (database.Dialect == Dialect.Postgres)
                        await sql.Execute(HardlyWait);
                    locked = await areLocked(sql, requests);
                    IReadOnlyList<TRequest> free = [.. requests.Where((_, i) => !locked[i])];
                    var results = free.Count == 0 ? [] : await write(sql, free);
                    return Merge(locked, results.Select(Attempt.Done));
                },
                cancellationToken);
        }
        catch (Exception e) when (database.IsLocked(e))
        {
            // When the look for locks had no answer, the whole table is locked.
            IReadOnlyList<TRequest> free = locked is null ? [] : [.. requests.Where((_, i) => !locked[i])];
            if (free.Count <= 1)
                return [.. requests.Select(_ => Attempt.Locked<TResult>())];
            // One request met a lock that the look can't see, so each is tried alone. When many in a row meet one, all requests need what
            // is locked.
            var (attempts, inARow) = (new List<Attempt<TResult>>(free.Count), 0);
            foreach (var request in free)
            {
                attempts.AddRange(
                    inARow < MostInARow
                    ? await Write(database, [request], areLocked, write, cancellationToken) : [Attempt.Locked<TResult>()]);
                inARow = attempts[^1].IsLocked ? inARow + 1 : 0;
            }

            return Merge(locked!, attempts);
        }
    }

    static IReadOnlyList<Attempt<TResult>> Merge<TResult>(IReadOnlyList<bool> locked, IEnumerable<Attempt<TResult>> ofTheFree)
    {
        using var next = ofTheFree.GetEnumerator();
        return [.. locked.Select(isLocked => !isLocked && next.MoveNext() ? next.Current : Attempt.Locked<TResult>())];
    }
}
