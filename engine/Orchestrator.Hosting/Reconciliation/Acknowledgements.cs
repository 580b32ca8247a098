using Orchestrator.Contracts;
using Orchestrator.Storage;

namespace Orchestrator.Hosting.Reconciliation;

/// <summary>The table <c>acknowledged_difference</c>: a contradiction that a person settled by hand is no longer reported.</summary>
/// <remarks>
/// A contradiction is known by its saga, its kind and its words, which have the amounts. When any of these changes, it is another one.
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

    /// <summary>Acknowledges a contradiction. If somebody has acknowledged it already, that stays.</summary>
    /// <returns>The acknowledgement of this call.</returns>
    public async Task<Acknowledgement> Add(Contradiction contradiction, string by, string reason, CancellationToken cancellationToken)
    {
        var word = new Acknowledgement(database.Time.GetUtcNow(), by, reason);
        await database.Write(
            sql => sql.Execute(
                """
                INSERT INTO acknowledged_difference (id, order_id, difference, found, acknowledged_at, acknowledged_by, reason)
                VALUES (@id, @saga_id, @difference, @found, @at, @by, @reason)
                ON CONFLICT (id) DO NOTHING
                """,
                ("id", Id(contradiction)), ("saga_id", contradiction.SagaId), ("difference", contradiction.Finding.Kind),
                ("found", contradiction.Finding.Found),
                ("at", word.At), ("by", by), ("reason", reason)),
            cancellationToken);
        return word;
    }

    static Guid Id(Contradiction contradiction) =>
        DerivedId.From(contradiction.SagaId.ToString(), contradiction.Finding.Kind, contradiction.Finding.Found);
}
