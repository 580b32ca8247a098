using Orchestrator.Contracts;
using Orchestrator.Storage;

namespace Orchestrator.Worker.Reconciliation;

/// <summary>The table <c>acknowledged_difference</c>: what somebody has settled by hand is no finding any more.</summary>
/// <remarks>
/// A contradiction is known by its order, its kind and its words, which have the amounts: when any of it changes, it is another one.
/// </remarks>
public sealed class Acknowledgements(Database database)
{
    /// <summary>Says of each contradiction whether somebody has acknowledged it.</summary>
    public async Task<IReadOnlyList<(Contradiction Contradiction, Acknowledgement? Acknowledgement)>> Of(
        IReadOnlyList<Contradiction> contradictions, CancellationToken cancellationToken)
    {
        if (contradictions.Count == 0)
            return [];
        var known = await database.Read(
            sql => sql.Query(
                $"SELECT id, acknowledged_at, acknowledged_by, reason FROM acknowledged_difference WHERE {database.Among("id", "ids")}",
                row => (Id: row.GetGuid(0),
                    Word: new Acknowledgement(row.GetFieldValue<DateTimeOffset>(1), row.GetString(2), row.GetString(3))),
                ("ids", contradictions.Select(Id).ToArray())),
            cancellationToken);
        var words = known.ToDictionary(row => row.Id, row => row.Word);
        return [.. contradictions.Select(contradiction => (contradiction, words.GetValueOrDefault(Id(contradiction))))];
    }

    /// <summary>Acknowledges one; who did so first is kept.</summary>
    /// <returns>What was written.</returns>
    public async Task<Acknowledgement> Add(Contradiction contradiction, string by, string reason, CancellationToken cancellationToken)
    {
        var word = new Acknowledgement(database.Time.GetUtcNow(), by, reason);
        await database.Write(
            sql => sql.Execute(
                """
                INSERT INTO acknowledged_difference (id, order_id, difference, found, acknowledged_at, acknowledged_by, reason)
                VALUES (@id, @order_id, @difference, @found, @at, @by, @reason)
                ON CONFLICT (id) DO NOTHING
                """,
                ("id", Id(contradiction)), ("order_id", contradiction.OrderId), ("difference", contradiction.Kind.ToString()),
                ("found", contradiction.Found),
                ("at", word.At), ("by", by), ("reason", reason)),
            cancellationToken);
        return word;
    }

    static Guid Id(Contradiction contradiction) =>
        DerivedId.From(contradiction.OrderId.ToString(), contradiction.Kind.ToString(), contradiction.Found);
}
