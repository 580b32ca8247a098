using System.Data.Common;
using Orchestrator.Storage;

namespace Orchestrator.Participants;

/// <summary>A table with a row for each saga, whose columns are the state record, and a table of outcomes, <c>NAME_act</c>.</summary>
/// <remarks>
/// Columns of the first: the saga's id (its primary key), a column for each parameter of the record's constructor with its name in snake
/// case, and
/// <c>updated_at</c>. Columns of the second: the saga's id, <c>act</c>, <c>epoch</c> (these three are its primary key), <c>status</c>,
/// <c>said</c>, <c>at</c>. <see cref="ParticipantTables.CreateParticipantTables"/> makes both.
/// </remarks>
/// <param name="table">The table's name.</param>
/// <param name="initial">The state of a saga without a message so far.</param>
/// <param name="saga">The column with the saga's id.</param>
/// <typeparam name="TState">The state record of one saga at the participant: a positional record.</typeparam>
public class StateTable<TState>(string table, TState initial, string saga = "saga_id") : ParticipantTable<TState>(initial)
    where TState : class
{
    readonly ActRows<TState> _acts = new($"{table}_act", saga, [], (_, _) => []);
    JsonRows? _rows;

    RowMap<TState> State { get; } = new();

    /// <summary>The column with the saga's id.</summary>
    protected string SagaColumn => saga;

    /// <summary>Columns of the saga's row beside its state: name and PostgreSQL type.</summary>
    protected virtual IReadOnlyList<(string Name, string Type)> More => [];

    JsonRows StateRows => _rows ??= new JsonRows([(saga, "uuid"), .. State.Columns, .. More]);

    IEnumerable<string> Names => State.Columns.Concat(More).Select(column => column.Name);

    /// <inheritdoc />
    public override async Task Load(Database database, Sql sql, IReadOnlyDictionary<Guid, SagaRecord<TState>> sagas)
    {
        var first = 1 + State.Columns.Count();
        var stored = await sql.Query(
            $"SELECT {saga}, {string.Join(", ", Names)} FROM {table} WHERE {database.Among(saga, "sagas")} ORDER BY "
            + $"{saga}{database.ForUpdate}",
            row =>
            {
                var record = sagas[row.GetGuid(0)];
                record.WasStored(State.Read(row, 1));
                ReadMore(record, row, first);
                return record;
            },
            ("sagas", sagas.Keys.ToArray()));
        if (stored.Count > 0)
            await LoadActs(database, sql, stored.ToDictionary(record => record.SagaId));
    }

    /// <inheritdoc />
    public override async Task Save(Database database, Sql sql, IReadOnlyList<SagaRecord<TState>> sagas)
    {
        var now = ("now", (object?)database.Time.GetUtcNow());
        var changed = sagas.Where(record => !record.IsStored || IsRowChanged(record)).ToLookup(record => record.IsStored);
        // When two replicas insert the same new saga, one insertion fails, and that replica loads the saga again.
        if (changed[false].Any())
        {
            await sql.Execute(
                $"INSERT INTO {table} ({saga}, {string.Join(", ", Names)}, updated_at) SELECT {saga}, {string.Join(", ", Names)}, @now "
                + $"FROM {StateRows.Table(database.Dialect)}",
                Rows(changed[false]), now);
        }

        if (changed[true].Any())
        {
            await sql.Execute(
                $"""
                UPDATE {table} AS stored SET {string.Concat(Names.Select(name => $"{name} = rows.{name}, "))}updated_at = @now
                FROM {StateRows.Table(database.Dialect)} WHERE stored.{saga} = rows.{saga}
                """, Rows(changed[true]), now);
        }

        await SaveActs(database, sql, sagas);
    }

    /// <inheritdoc />
    public override Task<HashSet<Guid>> Locked(Sql sql, Guid[] sagas) => sql.Locked(table, saga, sagas);

    /// <summary>Reads the columns beside the state.</summary>
    /// <param name="record">The saga.</param>
    /// <param name="row">The row.</param>
    /// <param name="first">The position of the first of them.</param>
    protected virtual void ReadMore(SagaRecord<TState> record, DbDataReader row, int first)
    {
    }

    /// <summary>The values of the columns beside the state.</summary>
    protected virtual IEnumerable<object?> MoreOf(SagaRecord<TState> record) => [];

    /// <summary>Whether the row of a stored saga must be written.</summary>
    protected virtual bool IsRowChanged(SagaRecord<TState> record) => !record.State.Equals(record.Before);

    /// <summary>Loads the outcomes of sagas whose rows are locked.</summary>
    protected virtual Task LoadActs(Database database, Sql sql, IReadOnlyDictionary<Guid, SagaRecord<TState>> sagas) =>
        _acts.Load(database, sql, sagas, (_, _, _) => { });

    /// <summary>Writes new outcomes.</summary>
    protected virtual Task SaveActs(Database database, Sql sql, IReadOnlyList<SagaRecord<TState>> sagas) =>
        _acts.Save(database, sql, sagas);

    (string, object?) Rows(IEnumerable<SagaRecord<TState>> records) =>
        JsonRows.Parameter(records.OrderBy(record => record.SagaId).Select(record =>
        new Dictionary<string, object?>(
        [
            new(saga, record.SagaId), .. State.Values(record.State),
            .. More.Zip(MoreOf(record), (column, value) => KeyValuePair.Create(column.Name, value)),
        ])));
}
