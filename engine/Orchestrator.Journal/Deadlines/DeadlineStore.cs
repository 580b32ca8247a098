using System.Data.Common;
using Orchestrator.Storage;

namespace Orchestrator.Journal.Deadlines;

/// <summary>The deadlines in the sagas' rows. The store's clock says which have passed.</summary>
/// <remarks>
/// A lease moves the deadline ahead, so the lease of a process that dies ends by itself. It does not change the saga's version, so an
/// outcome that comes meanwhile is accepted. It counts only while the saga has the version at which it was taken.
/// </remarks>
public sealed class DeadlineStore(IJournalStore journal)
{
    const double Growth = 4;

    static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    // Growth to this power is far beyond the longest lease; without a limit the power would overflow one day.
    const int MostGrowths = 16;

    const string New = "coalesce(leased_version, 0) <> version", Again = "leased_version = version";

    static readonly string LeaseNewSql = PostgresSql(New, "@lease", "1", "d.deadline");

    static readonly string LeaseAgainSql = PostgresSql(
        Again, $"least(@lease * power(@growth, least(s.leases, {MostGrowths})), @longest)", "s.leases + 1",
        "coalesce(s.due_since, d.deadline)");

    Database Database => journal.Database;

    /// <summary>Leases deadlines that have passed, the oldest first. No other worker gets them until the lease is over.</summary>
    /// <param name="kind">The kind of saga. A row that a newer definition wrote is left to workers that have that definition.</param>
    /// <param name="again">True for the deadlines of sagas that were told before and have not moved since; false for all others.</param>
    /// <param name="most">The largest number of deadlines.</param>
    /// <param name="until">Only deadlines that had passed by this time, in UTC. Otherwise one sweep could lease the same deadlines
    /// without end.</param>
    /// <param name="lease">How long the saga has time to move before its deadline counts as passed again. The time grows fourfold with
    /// each lease, up to an hour.</param>
    /// <param name="cancellationToken">Ends the waiting for a store that is away.</param>
    public Task<List<DueSaga>> Lease(
        ISagaKind kind, bool again, int most, DateTimeOffset until, TimeSpan lease, CancellationToken cancellationToken) =>
        Database.Dialect == Dialect.Postgres
            ? Database.WriteStatement(
                sql => sql.Query(
                    again ? LeaseAgainSql : LeaseNewSql,
                    row => new DueSaga(kind.Name, row.GetGuid(0), row.GetInt64(1), row.GetFieldValue<DateTimeOffset>(2), Text(row, 3)),
                    again ?
                    [
                        .. Due(kind, most, until), ("lease", lease.TotalSeconds), ("growth", Growth), ("longest", Longest.TotalSeconds),
                    ]
                        : [.. Due(kind, most, until), ("lease", lease.TotalSeconds)]),
                cancellationToken)
            : LeaseInSqlite(kind, again, most, until, lease, cancellationToken);

    /// <summary>The store's time, if a deadline has passed that this definition can act on; null when none has.</summary>
    public async Task<DateTimeOffset?> NowIfAnyIsDue(ISagaKind kind, CancellationToken cancellationToken)
    {
        // In the order of the index, so that no plan reads all sagas of the kind.
        string First(string now) =>
            $"(SELECT deadline FROM saga WHERE kind = @kind AND deadline <= {now} AND definition_version <= @definition ORDER BY deadline "
            + $"LIMIT 1)";

        if (Database.Dialect == Dialect.Postgres)
        {
            return await Database.Read(
                sql => sql.First(
                    $"SELECT now() WHERE {First("now()")} IS NOT NULL", row => (DateTimeOffset?)row.GetFieldValue<DateTimeOffset>(0),
                    ("kind", kind.Name), ("definition", kind.DefinitionVersion)),
                cancellationToken);
        }

        var now = await journal.Now(cancellationToken);
        var isAny = await Database.Read(
            sql => sql.First(
                $"SELECT {First("@now")} IS NOT NULL", row => row.GetBoolean(0),
                ("kind", kind.Name), ("definition", kind.DefinitionVersion), ("now", now)),
            cancellationToken);
        return isAny ? now : null;
    }

    /// <summary>
    /// Takes back the leases of sagas that could not be told. Their count starts again, so that no lease grows while the broker is away.
    /// </summary>
    public Task<int> TakeBack(ISagaKind kind, IEnumerable<DueSaga> sagas, CancellationToken cancellationToken) => Database.WriteStatement(
        sql => sql.Execute(
            $"""
             WITH untold AS MATERIALIZED (
                 SELECT id FROM saga WHERE kind = @kind AND {Database.Among("id", "ids")} AND leased_version = version {Database.SkipLocked}
             )
             UPDATE saga AS s SET leased_version = NULL FROM untold u WHERE s.kind = @kind AND s.id = u.id
             """,
            ("kind", kind.Name), ("ids", sagas.Select(saga => saga.SagaId).ToArray())),
        cancellationToken);

    static (string, object?)[] Due(ISagaKind kind, int most, DateTimeOffset until) =>
        [("kind", kind.Name), ("definition", kind.DefinitionVersion), ("most", most), ("until", until)];

    static string DueSql(string which, string columns) =>
        $"""
         SELECT {columns} FROM saga
         WHERE kind = @kind AND deadline <= @until AND definition_version <= @definition AND {which}
         ORDER BY deadline LIMIT @most
         """;

    static string PostgresSql(string which, string seconds, string leases, string since) =>
        $"""
         WITH due AS MATERIALIZED ({DueSql(which, "id, deadline")} FOR UPDATE SKIP LOCKED)
         UPDATE saga s
         SET deadline = now() + {seconds} * interval '1 second', leased_version = s.version, leases = {leases}, due_since = {since}
         FROM due d WHERE s.kind = @kind AND s.id = d.id
         RETURNING s.id, s.version, s.due_since, s.traceparent
         """;

    async Task<List<DueSaga>> LeaseInSqlite(
        ISagaKind kind, bool again, int most, DateTimeOffset until, TimeSpan lease, CancellationToken cancellationToken)
    {
        var now = await journal.Now(cancellationToken);
        return await Database.Write(
            async sql =>
            {
                var due = await sql.Query(
                    again ? DueSql(Again, "id, version, coalesce(due_since, deadline), traceparent, leases")
                    : DueSql(New, "id, version, deadline, traceparent, 0"),
                    row => (Saga: new DueSaga(kind.Name, row.GetGuid(0), row.GetInt64(1), LoadedColumns.SqliteText(row, 2), Text(row, 3)),
                        Leases: row.GetInt32(4)),
                    Due(kind, most, until));
                foreach (var (saga, leases) in due)
                {
                    await sql.Execute(
                        "UPDATE saga SET deadline = @until, leased_version = version, leases = @leases, due_since = @since WHERE kind = "
                        + "@kind AND id = @id",
                        ("until", now + Grown(lease, leases)), ("leases", leases + 1), ("since", saga.Deadline), ("kind", kind.Name),
                        ("id", saga.SagaId));
                }

                return due.ConvertAll(one => one.Saga);
            },
            cancellationToken);
    }

    static TimeSpan Grown(TimeSpan lease, int leases)
    {
        var grown = lease * Math.Pow(Growth, Math.Min(leases, MostGrowths));
        return grown < Longest ? grown : Longest;
    }

    static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
