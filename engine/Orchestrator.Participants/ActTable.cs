using Orchestrator.Storage;

namespace Orchestrator.Participants;

/// <summary>A table with a row for each act, and no table of states. The state of a saga follows from its acts.</summary>
/// <remarks>
/// Columns: the saga's id, <c>act</c>, <c>epoch</c> (these three are the primary key), <c>status</c>, <c>said</c>, <c>at</c>, and further
/// columns.
/// </remarks>
/// <param name="table">The table's name.</param>
/// <param name="initial">The state of a saga without acts.</param>
/// <param name="saga">The column with the saga's id.</param>
/// <param name="more">Name and PostgreSQL type of the further columns.</param>
/// <typeparam name="TState">The state record of one saga at the participant.</typeparam>
public class ActTable<TState>(
    string table, TState initial, string saga = "saga_id", params IReadOnlyList<(string Name, string Type)> more)
    : ParticipantTable<TState>(initial)
    where TState : class
{
    ActRows<TState>? _acts;

    ActRows<TState> Acts => _acts ??= new ActRows<TState>(table, saga, more, (record, act) => Columns(act, record.State));

    /// <inheritdoc />
    public override async Task Load(Database database, Sql sql, IReadOnlyDictionary<Guid, SagaRecord<TState>> sagas)
    {
        // There may be no row to lock yet, so advisory locks lock the sagas' ids. SQLite has only one writer at a time.
        if (database.Dialect == Dialect.Postgres)
            await sql.Execute(
                $"SELECT count(pg_advisory_xact_lock(hashtextextended('{table} ' || id, 0))) FROM unnest(@sagas) AS id",
                ("sagas", sagas.Keys.Order().ToArray()));
        await Acts.Load(database, sql, sagas, (record, act, columns) => record.WasStored(After(record.State, act, columns)));
    }

    /// <inheritdoc />
    public override Task Save(Database database, Sql sql, IReadOnlyList<SagaRecord<TState>> sagas) => Acts.Save(database, sql, sagas);

    /// <inheritdoc />
    public override async Task<HashSet<Guid>> Locked(Sql sql, Guid[] sagas)
    {
        var locked = (await sql.Query(
            $"SELECT id FROM unnest(@sagas) AS id WHERE NOT pg_try_advisory_xact_lock(hashtextextended('{table} ' || id, 0))",
            row => row.GetGuid(0), ("sagas", sagas))).ToHashSet();
        locked.UnionWith(await sql.Locked(table, saga, [.. sagas.Where(id => !locked.Contains(id))]));
        return locked;
    }

    /// <summary>The state after a stored act. The acts come in the order of their names and epochs.</summary>
    /// <param name="state">The state before it.</param>
    /// <param name="act">The act; it may be refused or undone.</param>
    /// <param name="columns">The values of the table's further columns in its row.</param>
    protected virtual TState After(TState state, Act act, IReadOnlyList<object?> columns) => state;

    /// <summary>The values of the table's further columns in the row of an act.</summary>
    /// <param name="act">The act; it may be refused or a tombstone.</param>
    /// <param name="state">The state after it.</param>
    protected virtual IEnumerable<object?> Columns(Act act, TState state) => more.Select(_ => (object?)null);
}
