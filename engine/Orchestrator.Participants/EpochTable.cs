using System.Data.Common;
using Orchestrator.Storage;

namespace Orchestrator.Participants;

/// <summary>
/// A table with a row for each saga, which also has the epochs of one operation, and a table of the operation's refusals. The answers to
/// all other commands follow from the state.
/// </summary>
/// <remarks>
/// Columns of the first, beside those of <see cref="StateTable{TState}"/>: <c>epoch</c> (the highest that was done or refused) and a column
/// with the highest epoch that was undone. Columns of the second: the saga's id, <c>epoch</c> (these two are its primary key),
/// <c>reason</c>, <c>refused_at</c>.
/// </remarks>
/// <param name="table">The table's name.</param>
/// <param name="initial">The state of a saga without a message so far.</param>
/// <param name="saga">The column with the saga's id.</param>
/// <param name="operation">The name of the operation's command.</param>
/// <param name="isDone">Whether the operation is done in a state.</param>
/// <param name="undoneEpoch">The column with the highest epoch that was undone.</param>
/// <param name="refusals">The table of refusals.</param>
/// <typeparam name="TState">The state record of one saga at the participant: a positional record.</typeparam>
public class EpochTable<TState>(
    string table, TState initial, string saga, string operation, Func<TState, bool> isDone, string undoneEpoch, string refusals)
    : StateTable<TState>(table, initial, saga)
    where TState : class
{
    JsonRows? _refusals;

    JsonRows Refusals => _refusals ??= new JsonRows((SagaColumn, "uuid"), ("epoch", "integer"), ("reason", "text"));

    /// <inheritdoc />
    public override bool StoresIntents => false;

    /// <inheritdoc />
    protected override IReadOnlyList<(string Name, string Type)> More { get; } = [("epoch", "integer"), (undoneEpoch, "integer")];

    /// <inheritdoc />
    protected override void ReadMore(SagaRecord<TState> record, DbDataReader row, int first)
    {
        var (epoch, undone) = (row.GetInt32(first), row.GetInt32(first + 1));
        if (undone > 0)
            record.WasUndone(operation, undone);
        // A refused act is replaced when the table of refusals is loaded, which has the reason.
        if (epoch > 0)
            record.WasStored(new Act(record.SagaId, operation, epoch, isDone(record.State) ? ActStatus.Done : ActStatus.Undone));
    }

    /// <inheritdoc />
    protected override IEnumerable<object?> MoreOf(SagaRecord<TState> record) => [EpochOf(record), record.UndoneThrough(operation)];

    /// <inheritdoc />
    protected override bool IsRowChanged(SagaRecord<TState> record) => base.IsRowChanged(record)
        || record.Buried.Contains(operation)
        || record.ChangedActs.Any(change => change.Act.Operation == operation && change.Act.Epoch == EpochOf(record));

    /// <inheritdoc />
    protected override async Task LoadActs(Database database, Sql sql, IReadOnlyDictionary<Guid, SagaRecord<TState>> sagas)
    {
        foreach (var refusal in await sql.Query(
            $"SELECT {SagaColumn}, epoch, reason FROM {refusals} WHERE {database.Among(SagaColumn, "sagas")}",
            row => new Act(row.GetGuid(0), operation, row.GetInt32(1), ActStatus.Refused, row.GetString(2)),
            ("sagas", sagas.Keys.ToArray())))
        {
            sagas[refusal.SagaId].WasStored(refusal);
        }
    }

    /// <inheritdoc />
    protected override async Task SaveActs(Database database, Sql sql, IReadOnlyList<SagaRecord<TState>> sagas)
    {
        var refused = sagas.SelectMany(record => record.ChangedActs)
            .Where(change => change.Act.Operation == operation && change.Act.Status == ActStatus.Refused)
            .Select(change => new Dictionary<string,
                object?>
            { [SagaColumn] = change.Act.SagaId, ["epoch"] = change.Act.Epoch, ["reason"] = change.Act.Said })
            .ToList();
        if (refused.Count > 0)
        {
            await sql.Execute(
                $"INSERT INTO {refusals} ({SagaColumn}, epoch, reason, refused_at) SELECT {SagaColumn}, epoch, reason, @now FROM "
                + $"{Refusals.Table(database.Dialect)}",
                JsonRows.Parameter(refused), ("now", database.Time.GetUtcNow()));
        }
    }

    // A tombstone without an act does not count as a try.
    int EpochOf(SagaRecord<TState> record) =>
        record.Acts.Where(act => act.Operation == operation).Select(act => act.Epoch).DefaultIfEmpty().Max();
}
