using System.Data.Common;
using Npgsql;

namespace Orchestrator.Storage;

/// <summary>Runs a change that gives up when it does not get a lock soon, and finds out which session has that lock.</summary>
/// <remarks>
/// A change of tables or views needs exclusive locks. It waits for sessions that read them, and later readers queue behind it. So it must
/// give up soon, let the readers pass, and try again.
/// </remarks>
static class LockWatch
{
    // PostgreSQL forgets the blocking session as soon as the statement gives up. So another connection asks while it waits.
    const string Blockers =
        """
        SELECT coalesce(
                   (SELECT CASE l.locktype WHEN 'relation' THEN l.relation::regclass::text
                        WHEN 'advisory' THEN 'what only one may change at a time' END
                    FROM pg_locks l WHERE l.pid = @pid AND NOT l.granted LIMIT 1),
                   'something') || ' is locked by '
               || string_agg(
                   format('session %s (application %s, role %s, %s%s)', a.pid, coalesce(nullif(a.application_name, ''), 'unknown'),
                       a.usename, coalesce(a.state, 'state hidden'),
                       ', since ' || to_char(a.query_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
                   ', ')
        FROM unnest(pg_blocking_pids(@pid)) b(pid) JOIN pg_stat_activity a ON a.pid = b.pid
        """;

    /// <summary>The statement that sets how long the transaction waits for each lock.</summary>
    public static string GiveUpAfter(TimeSpan patience) =>
        FormattableString.Invariant($"SET LOCAL lock_timeout = {(int)patience.TotalMilliseconds}");

    /// <summary>Runs a change.</summary>
    /// <param name="database">The database.</param>
    /// <param name="session">The process of the session that changes something.</param>
    /// <param name="patience">How long the session waits for a lock.</param>
    /// <param name="change">The change. Its transaction has run the statement of <see cref="GiveUpAfter"/>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="LockedException">It has given up; its transaction must be rolled back.</exception>
    public static async Task<T> Run<T>(
        PostgresDatabase database, int session, TimeSpan patience, Func<Task<T>> change, CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watch = Watch(database, session, patience / 2, done.Token);
        try
        {
            return await change();
        }
        catch (Exception e) when (database.IsLocked(e))
        {
            await done.CancelAsync();
            throw new LockedException(await watch ?? "another session holds a lock", e);
        }
        finally
        {
            await done.CancelAsync();
            await watch;
        }
    }

    static async Task<string?> Watch(PostgresDatabase database, int session, TimeSpan pause, CancellationToken cancellationToken)
    {
        string? seen = null;
        try
        {
            while (true)
            {
                await Task.Delay(pause, database.Time, cancellationToken);
                await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
                await using var command = new NpgsqlCommand(Blockers, connection) { Parameters = { new("pid", session) } };
                seen = await command.ExecuteScalarAsync(cancellationToken) as string ?? seen;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or DbException)
        {
            // The change has ended, or the database can't be asked. Then the change meets the same problem.
            return seen;
        }
    }
}
