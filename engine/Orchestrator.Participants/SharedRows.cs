using Orchestrator.Storage;

namespace Orchestrator.Participants;

/// <summary>Rows of a resource that many sagas share, such as the seats of flights. They are locked after the sagas' own rows, in the order of
/// their keys.</summary>
public abstract class SharedRows
{
    private protected SharedRows()
    {
    }

    internal abstract Task<object> Load(Database database, Sql sql, IEnumerable<string> keys);

    internal abstract Task Save(Database database, Sql sql, object loaded);

    internal abstract void Change(object loaded, IEnumerable<object> rows);

    internal abstract Task<HashSet<string>> Locked(Sql sql, IEnumerable<string> keys);
}

/// <summary>
/// The rows of a table whose columns are the parameters of a record. A participant changes rows, but does not add or delete any.
/// </summary>
/// <param name="table">The table's name.</param>
/// <param name="key">The column with the key. Keys are compared byte by byte.</param>
/// <param name="keyOf">The key of a row.</param>
/// <typeparam name="TRow">A row: a positional record.</typeparam>
public sealed class SharedRows<TRow>(string table, string key, Func<TRow, string> keyOf) : SharedRows
    where TRow : class
{
    static readonly RowMap<TRow> Map = new();

    readonly JsonRows _rows = new([.. Map.Columns]);

    internal static IReadOnlyDictionary<string, TRow> RowsOf(object loaded) => ((Loaded)loaded).Now;

    internal override async Task<object> Load(Database database, Sql sql, IEnumerable<string> keys)
    {
        var loaded = new Loaded();
        if (keys.Distinct(StringComparer.Ordinal).ToArray() is { Length: > 0 } wanted)
        {
            foreach (var row in await sql.Query(
                $"SELECT {string.Join(", ", Map.Columns.Select(column => column.Name))} FROM {table} WHERE {database.Among(key, "keys")} "
                + $"ORDER BY {key}{database.ForUpdate}",
                row => Map.Read(row, 0), ("keys", wanted)))
            {
                loaded.Before.Add(keyOf(row), row);
                loaded.Now.Add(keyOf(row), row);
            }
        }

        return loaded;
    }

    internal override async Task Save(Database database, Sql sql, object loaded)
    {
        var (before, now) = (((Loaded)loaded).Before, ((Loaded)loaded).Now);
        if (now.Where(pair => !pair.Value.Equals(before[pair.Key])).Select(pair => new Dictionary<string, object?>(Map.Values(pair.Value)))
            .ToList() is not { Count: > 0 } changed)
            return;
        var values = Map.Columns.Where(column => column.Name != key).Select(column => $"{column.Name} = rows.{column.Name}");
        await sql.Execute(
            $"""
            UPDATE {table} AS stored
                SET {string.Join(", ", values)}
            FROM {_rows.Table(database.Dialect)} WHERE stored.{key} = rows.{key}
            """, JsonRows.Parameter(changed));
    }

    internal override void Change(object loaded, IEnumerable<object> rows)
    {
        var now = ((Loaded)loaded).Now;
        foreach (var row in rows.Cast<TRow>())
        {
            if (!now.ContainsKey(keyOf(row)))
                throw new InvalidOperationException(
                    $"{table}: the row {keyOf(row)} was not locked for this message, so it can't be changed");
            now[keyOf(row)] = row;
        }
    }

    internal override Task<HashSet<string>> Locked(Sql sql, IEnumerable<string> keys) =>
        sql.Locked(table, key, [.. keys.Distinct(StringComparer.Ordinal)]);

    sealed class Loaded
    {
        public Dictionary<string, TRow> Before { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, TRow> Now { get; } = new(StringComparer.Ordinal);
    }
}
