using System.Data.Common;
using Orchestrator.Storage;

namespace Orchestrator.Journal.Deadlines;

/// <summary>The deadlines in the sagas' rows. The store's clock says which have passed.</summary>
public sealed class DeadlineStore(IJournalStore journal)
{
    // A lease is a deadline moved a little ahead: whoever took it and died loses it by itself. It leaves the saga's version
    // alone, so that an outcome that comes meanwhile is not turned away.
    const string PostgresSql =
        """
        WITH due AS MATERIALIZED (
            SELECT kind, id, deadline FROM saga
            WHERE deadline <= now() AND kind = ANY(@kinds)
            ORDER BY deadline LIMIT @most
            FOR UPDATE SKIP LOCKED
        )
        UPDATE saga s SET deadline = now() + @lease * interval '1 second'
        FROM due d WHERE s.kind = d.kind AND s.id = d.id
        RETURNING s.kind, s.id, d.deadline
        """;

    Database Database => journal.Database;

    /// <summary>Takes deadlines that have passed, the oldest first; nobody else gets them until the lease is over.</summary>
    /// <param name="kinds">The kinds of saga.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="lease">How long the saga has time to move before its deadline counts as passed again.</param>
    /// <param name="cancellationToken">Ends the waiting for a store that is away.</param>
    public Task<List<DueSaga>> Lease(string[] kinds, int most, TimeSpan lease, CancellationToken cancellationToken) =>
        Database.Dialect == Dialect.Postgres
            ? Database.Write(
                sql => sql.Query(PostgresSql, row => Read(row, LoadedColumns.Time), ("kinds", kinds), ("most", most), ("lease", lease.TotalSeconds)),
                cancellationToken)
            : LeaseInSqlite(kinds, most, lease, cancellationToken);

    /// <summary>Whether any deadline has passed.</summary>
    public async Task<bool> IsAnyDue(string[] kinds, CancellationToken cancellationToken)
    {
        var now = await SqliteNow(cancellationToken);
        return await Database.Read(
            sql => sql.First(
                $"SELECT EXISTS (SELECT 1 FROM saga WHERE deadline <= {(now is null ? "now()" : "@now")} AND {Database.Among("kind", "kinds")})",
                row => row.GetBoolean(0), ("kinds", kinds), ("now", now)),
            cancellationToken);
    }

    async Task<List<DueSaga>> LeaseInSqlite(string[] kinds, int most, TimeSpan lease, CancellationToken cancellationToken)
    {
        var now = (await SqliteNow(cancellationToken))!.Value;
        return await Database.Write(
            async sql =>
            {
                var due = await sql.Query(
                    $"SELECT kind, id, deadline FROM saga WHERE deadline <= @now AND {Database.Among("kind", "kinds")} ORDER BY deadline LIMIT @most",
                    row => Read(row, LoadedColumns.SqliteText), ("kinds", kinds), ("most", most), ("now", now));
                foreach (var saga in due)
                    await sql.Execute("UPDATE saga SET deadline = @until WHERE kind = @kind AND id = @id", ("until", now + lease), ("kind", saga.Kind), ("id", saga.SagaId));
                return due;
            },
            cancellationToken);
    }

    async Task<DateTimeOffset?> SqliteNow(CancellationToken cancellationToken) =>
        Database.Dialect == Dialect.Sqlite ? await journal.Now(cancellationToken) : null;

    static DueSaga Read(DbDataReader row, ReadTime time) => new(row.GetString(0), row.GetGuid(1), time(row, 2));
}
