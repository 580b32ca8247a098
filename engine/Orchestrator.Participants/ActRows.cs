using System.Data.Common;
using Orchestrator.Storage;

namespace Orchestrator.Participants;

/// <summary>
/// A row for each act: (saga, act, epoch, status, said, at), and further columns of the table. A tombstone is a row with the status Undone.
/// </summary>
sealed class ActRows<TState>(
    string table, string saga, IReadOnlyList<(string Name, string Type)> more, Func<SagaRecord<TState>, Act, IEnumerable<object?>> values)
    where TState : class
{
    readonly string _columns = string.Concat(more.Select(column => $", {column.Name}"));

    readonly JsonRows _rows = new([(saga, "uuid"), ("act", "text"), ("epoch", "integer"), ("status", "text"), ("said", "text"), .. more]);

    /// <summary>Loads the acts of sagas, and locks their rows.</summary>
    public async Task Load(
        Database database, Sql sql, IReadOnlyDictionary<Guid, SagaRecord<TState>> sagas, Action<SagaRecord<TState>, Act, object?[]> read)
    {
        foreach (var (act, own) in await sql.Query(
            $"""
            SELECT {saga}, act, epoch, status, said{_columns} FROM {table}
            WHERE {database.Among(saga, "sagas")} ORDER BY {saga}, act, epoch{database.ForUpdate}
            """, Map, ("sagas", sagas.Keys.ToArray())))
        {
            var record = sagas[act.SagaId];
            record.WasStored(act);
            if (act.Status is ActStatus.Undone or ActStatus.Undoing)
                record.WasUndone(act.Operation, act.Epoch);
            read(record, act, own);
        }
    }

    /// <summary>Writes the acts that have changed, and new tombstones.</summary>
    public async Task Save(Database database, Sql sql, IReadOnlyList<SagaRecord<TState>> sagas)
    {
        var now = ("now", (object?)database.Time.GetUtcNow());
        var changed = sagas.SelectMany(
            record => record.ChangedActs.Concat(Tombstones(record)).Select(change => (record, change.Act, change.HasRow)))
            .ToLookup(change => change.HasRow);
        if (changed[false].Any())
        {
            await sql.Execute(
                $"INSERT INTO {table} ({saga}, act, epoch, status, said, at{_columns}) SELECT {saga}, act, epoch, status, said, "
                + $"@now{_columns} FROM {_rows.Table(database.Dialect)}",
                Rows(changed[false]), now);
        }

        // The table's further columns keep the values of the first decision.
        if (changed[true].Any())
        {
            await sql.Execute(
                $"""
                UPDATE {table} AS stored SET status = rows.status, said = rows.said, at = @now FROM {_rows.Table(database.Dialect)}
                WHERE stored.{saga} = rows.{saga} AND stored.act = rows.act AND stored.epoch = rows.epoch
                """, Rows(changed[true]), now);
        }
    }

    // A refusal keeps its row, so the tombstone gets the highest epoch below it.
    static IEnumerable<(Act Act, bool HasRow)> Tombstones(SagaRecord<TState> record)
    {
        foreach (var operation in record.Buried)
        {
            var epoch = record.UndoneThrough(operation);
            while (epoch > 0 && record.Find(operation, epoch)?.Status == ActStatus.Refused)
                epoch--;
            if (epoch > 0 && record.Find(operation, epoch) is null)
                yield return (new Act(record.SagaId, operation, epoch, ActStatus.Undone), false);
        }
    }

    (string, object?) Rows(IEnumerable<(SagaRecord<TState> Record, Act Act, bool HasRow)> changes) =>
        JsonRows.Parameter(changes.Select(change =>
        new Dictionary<string, object?>(
        [
            new(saga, change.Act.SagaId), new("act", change.Act.Operation), new("epoch", change.Act.Epoch),
            new("status", change.Act.Status.ToString()), new("said", change.Act.Said),
            .. more.Zip(values(change.Record, change.Act), (column, value) => KeyValuePair.Create(column.Name, value)),
        ])));

    (Act, object?[]) Map(DbDataReader row)
    {
        var act = new Act(
            row.GetGuid(0), row.GetString(1), row.GetInt32(2), Enum.Parse<ActStatus>(row.GetString(3)),
            row.IsDBNull(4) ? null : row.GetString(4));
        return (act, [.. more.Select((_, i) => row.IsDBNull(5 + i) ? null : row.GetValue(5 + i))]);
    }
}
