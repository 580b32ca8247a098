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
            WHERE deadline <= @until AND kind = ANY(@kinds)
            ORDER BY deadline LIMIT @most
            FOR UPDATE SKIP LOCKED
        )
        UPDATE saga s SET deadline = now() + @lease * interval '1 second'
        FROM due d WHERE s.kind = d.kind AND s.id = d.id
        RETURNING s.kind, s.id, d.deadline, s.traceparent
        """;

    Database Database => journal.Database;

    /// <summary>Takes deadlines that have passed, the oldest first; nobody else gets them until the lease is over.</summary>
    /// <param name="kinds">The kinds of saga.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="until">Those that had passed by then, in UTC: what is leased again and again within one sweep would never end.</param>
    /// <param name="lease">How long the saga has time to move before its deadline counts as passed again.</param>
    /// <param name="cancellationToken">Ends the waiting for a store that is away.</param>
    public Task<List<DueSaga>> Lease(string[] kinds, int most, DateTimeOffset until, TimeSpan lease, CancellationToken cancellationToken) =>
        Database.Dialect == Dialect.Postgres
            ? Database.Write(
                sql => sql.Query(PostgresSql, row => Read(row, LoadedColumns.Time), ("kinds", kinds), ("most", most), ("until", until), ("lease", lease.TotalSeconds)),
                cancellationToken)
            : LeaseInSqlite(kinds, most, until, lease, cancellationToken);

    /// <summary>The store's time, if any deadline has passed by then; nothing when none has.</summary>
    public async Task<DateTimeOffset?> NowIfAnyIsDue(string[] kinds, CancellationToken cancellationToken)
    {
        // The first of the index, not any that has passed: a plan made once might look for one by the kind, through all sagas.
        var any = $"(SELECT deadline FROM saga WHERE deadline IS NOT NULL AND {Database.Among("kind", "kinds")} ORDER BY deadline LIMIT 1) <= {(Database.Dialect == Dialect.Postgres ? "now()" : "@now")}";
        if (Database.Dialect == Dialect.Postgres)
        {
            return await Database.Read(
                sql => sql.First($"SELECT now() WHERE {any}", row => (DateTimeOffset?)row.GetFieldValue<DateTimeOffset>(0), ("kinds", kinds)), cancellationToken);
        }

        var now = await journal.Now(cancellationToken);
        return await Database.Read(sql => sql.First($"SELECT coalesce({any}, 0)", row => row.GetBoolean(0), ("kinds", kinds), ("now", now)), cancellationToken) ? now : null;
    }

    async Task<List<DueSaga>> LeaseInSqlite(string[] kinds, int most, DateTimeOffset until, TimeSpan lease, CancellationToken cancellationToken)
    {
        var now = await journal.Now(cancellationToken);
        return await Database.Write(
            async sql =>
            {
                var due = await sql.Query(
                    $"SELECT kind, id, deadline, traceparent FROM saga WHERE deadline <= @until AND {Database.Among("kind", "kinds")} ORDER BY deadline LIMIT @most",
                    row => Read(row, LoadedColumns.SqliteText), ("kinds", kinds), ("most", most), ("until", until));
                foreach (var saga in due)
                    await sql.Execute("UPDATE saga SET deadline = @until WHERE kind = @kind AND id = @id", ("until", now + lease), ("kind", saga.Kind), ("id", saga.SagaId));
                return due;
            },
            cancellationToken);
    }

    static DueSaga Read(DbDataReader row, ReadTime time) =>
        new(row.GetString(0), row.GetGuid(1), time(row, 2), row.IsDBNull(3) ? null : row.GetString(3));
}
