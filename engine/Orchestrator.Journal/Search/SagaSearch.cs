using System.Data.Common;
using Microsoft.Extensions.Logging;
using Orchestrator.Engine;
using Orchestrator.Storage;

namespace Orchestrator.Journal.Search;

/// <summary>
/// Names the values by which sagas are searched, and writes those of sagas that are older than the name. Triggers write all others.
/// </summary>
/// <param name="database">Where the sagas live.</param>
/// <param name="kinds">The kinds of saga that the process runs.</param>
/// <param name="logger">It is told when older sagas can be found, and when they can't be found yet.</param>
public sealed partial class SagaSearch(Database database, IEnumerable<ISagaKind> kinds, ILogger<SagaSearch> logger)
{
    const int BatchSize = 1_000;

    // Messages wait up to this long when another session has an open transaction that has changed a saga.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    static readonly TimeSpan TimeAtStart = TimeSpan.FromSeconds(1);
    static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(10);

    // The trigger calls its function only when a value has changed. Other transitions touch no index and no further table.
    const string WatchSql =
        """
        SELECT format(
            'CREATE OR REPLACE TRIGGER saga_search_changed AFTER UPDATE OF data ON saga FOR EACH ROW WHEN (%s) '
            'EXECUTE FUNCTION saga_search_write()',
            string_agg(
                format('NEW.kind = %L AND NEW.data #>> %L IS DISTINCT FROM OLD.data #>> %2$L', kind, string_to_array(path, '.')),
                ' OR ' ORDER BY kind, name))
        FROM saga_search_column
        """;

    readonly IReadOnlyList<ISagaKind> _kinds = [.. kinds];
    readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Names the values, and writes those of older sagas for a second at most.</summary>
    /// <param name="cancellationToken">Ends the waiting for a database that is away.</param>
    /// <exception cref="DefinitionException">A value of the same name was read from another place.</exception>
    public async Task Begin(CancellationToken cancellationToken = default)
    {
        var began = database.Time.GetTimestamp();
        foreach (var kind in _kinds)
            await Try(kind, () => database.Time.GetElapsedTime(began) < TimeAtStart, cancellationToken);
        _begun.TrySetResult();
    }

    /// <summary>Does the rest of the work of <see cref="Begin"/>; returns when every saga can be found.</summary>
    /// <param name="cancellationToken">Ends it; the next process goes on.</param>
    public async Task DoTheRest(CancellationToken cancellationToken)
    {
        await _begun.Task.WaitAsync(cancellationToken);
        foreach (var kind in _kinds)
        {
            while (!await Try(kind, () => true, cancellationToken))
                await Task.Delay(BetweenTries, database.Time, cancellationToken);
        }
    }

    /// <summary>Why sagas can't be searched for yet; null when they can.</summary>
    internal static async Task<string?> Missing(Sql sql, ISagaKind kind)
    {
        var filled = await sql.Query(
            "SELECT name FROM saga_search_column WHERE kind = @kind AND is_filled", row => row.GetString(0), ("kind", kind.Name));
        return Searched(kind).Any(column => !filled.Contains(column.Name))
            ? "the values by which older sagas are searched are still being written"
            : null;
    }

    static IEnumerable<SagaColumn> Searched(ISagaKind kind) => kind.Columns.Where(column => column.IsSearched);

    async Task<bool> Try(ISagaKind kind, Func<bool> hasTime, CancellationToken cancellationToken)
    {
        try
        {
            await NameColumns(kind, cancellationToken);
            if (await database.Read(sql => Missing(sql, kind), cancellationToken) is null)
                return true;
            foreach (var column in Searched(kind))
            {
                while (await FillOn(kind, column, cancellationToken))
                {
                    if (!hasTime())
                        return false;
                }
            }

            return true;
        }
        // Sagas move without these values, so the error is only logged.
        catch (Exception e) when (e is LockedException or DbException)
        {
            LogLater(kind.Name, e.Message);
            return false;
        }
    }

    async Task NameColumns(ISagaKind kind, CancellationToken cancellationToken)
    {
        var known = await database.Read(sql => Known(sql, kind), cancellationToken);
        if (Searched(kind).FirstOrDefault(column => known.GetValueOrDefault(column.Name, column.Path) != column.Path) is { } moved)
        {
            throw new DefinitionException(
                kind.Name,
                $"{moved.Name} is read from {moved.Path}, and was searched as {known[moved.Name]}; give the column another name");
        }

        var missing = Searched(kind).Where(column => !known.ContainsKey(column.Name)).ToList();
        if (missing.Count > 0)
            await database.Change(sql => Add(sql, kind, missing), Patience, cancellationToken);
    }

    static async Task<Dictionary<string, string>> Known(Sql sql, ISagaKind kind)
    {
        var columns = await sql.Query(
            "SELECT name, path FROM saga_search_column WHERE kind = @kind", row =>
                (row.GetString(0), row.GetString(1)), ("kind", kind.Name));
        return columns.ToDictionary();
    }

    async Task<bool> Add(Sql sql, ISagaKind kind, IEnumerable<SagaColumn> columns)
    {
        // Under this lock, transitions that were under way have ended and others wait. So every later transition writes the new values.
        if (database.Dialect == Dialect.Postgres)
            await sql.Execute("LOCK TABLE saga IN SHARE ROW EXCLUSIVE MODE");
        foreach (var column in columns)
        {
            await sql.Execute(
                "INSERT INTO saga_search_column (kind, name, path) VALUES (@kind, @name, @path) ON CONFLICT DO NOTHING",
                ("kind", kind.Name), ("name", column.Name), ("path", column.Path));
        }

        if (database.Dialect == Dialect.Postgres)
            await sql.Execute((await sql.First(WatchSql, row => row.GetString(0)))!);
        return true;
    }

    /// <returns>True when there may be more.</returns>
    async Task<bool> FillOn(ISagaKind kind, SagaColumn column, CancellationToken cancellationToken)
    {
        var value = JsonText.At("data", column.Path, database.Dialect == Dialect.Sqlite);
        if (database.Dialect == Dialect.Sqlite)
            value = $"CASE WHEN json_valid(data) THEN {value} END";
        (string, object?)[] key = [("kind", kind.Name), ("name", column.Name)];
        return await database.Write(
            async sql =>
            {
                var after = await sql.First(
                    $"SELECT filled_to FROM saga_search_column WHERE kind = @kind AND name = @name AND NOT is_filled{database.ForUpdate}",
                    row => (Guid?)row.GetGuid(0), key);
                if (after is null)
                    return false;
                var last = await sql.First(
                    $"SELECT id FROM (SELECT id FROM saga WHERE kind = @kind AND id > @after ORDER BY id LIMIT {BatchSize}) batch ORDER "
                    + $"BY id DESC LIMIT 1",
                    row => (Guid?)row.GetGuid(0), ("kind", kind.Name), ("after", after));
                if (last is null)
                {
                    await sql.Execute("UPDATE saga_search_column SET is_filled = true WHERE kind = @kind AND name = @name", key);
                    if (after != Guid.Empty)
                        LogFilled(kind.Name, column.Name);
                    return false;
                }

                // A value that a trigger has written is as new or newer.
                await sql.Execute(
                    $"""
                     INSERT INTO saga_search (kind, saga_id, name, value)
                     SELECT kind, id, @name, substr({value}, 1, 500) FROM saga
                     WHERE kind = @kind AND id > @after AND id <= @last AND {value} IS NOT NULL
                     ON CONFLICT DO NOTHING
                     """,
                    [.. key, ("after", after), ("last", last)]);
                await sql.Execute(
                    "UPDATE saga_search_column SET filled_to = @last WHERE kind = @kind AND name = @name", [.. key, ("last", last)]);
                return true;
            },
            cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Every {Kind} can be searched for by {Column} now")]
    partial void LogFilled(string kind, string column);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "The values by which older sagas of the kind {Kind} are searched can't be written now: {Reason}; it is tried again every ten "
            + "seconds, and the work goes on meanwhile")]
    partial void LogLater(string kind, string reason);
}
