using Orchestrator.Engine;
using Orchestrator.Storage;

namespace Orchestrator.Journal;

/// <summary>Checks whether a definition can go on with the sagas that are under way.</summary>
public static class RunningInstances
{
    const int MostExamples = 3;

    /// <summary>Checks all unfinished sagas of a kind.</summary>
    /// <exception cref="DefinitionException">Some have attempted a step that the definition no longer has.</exception>
    public static async Task Check(Database database, ISagaKind kind, CancellationToken cancellationToken = default)
    {
        // A row that can't be read counts as one without steps. It must not keep the program from starting.
        var (steps, status) = database.Dialect == Dialect.Postgres
            ? ("jsonb_each(CASE jsonb_typeof(s.data -> 'steps') WHEN 'object' THEN s.data -> 'steps' END)", "r.value ->> 'status'")
            : ("json_each(CASE WHEN json_valid(s.data) AND json_type(s.data, '$.steps') = 'object' THEN s.data END, '$.steps')",
                "CASE r.type WHEN 'object' THEN json_extract(r.value, '$.status') END");
        var strangers = await database.Read(
            sql => sql.Query(
                $"""
                 SELECT r.key, count(*), min(s.business_key), max(s.business_key)
                 FROM saga s, {steps} r
                 WHERE s.kind = @kind AND s.completed_at IS NULL AND {status} <> '{StepStatus.Pending}'
                   AND NOT ({database.Among("r.key", "steps")})
                 GROUP BY r.key ORDER BY r.key
                 LIMIT {MostExamples}
                 """,
                row => (Step: row.GetString(0), Count: row.GetInt64(1), First: row.GetString(2), Last: row.GetString(3)),
                ("kind", kind.Name), ("steps", kind.Steps.ToArray())),
            cancellationToken);
        if (strangers.Count > 0)
        {
            throw new DefinitionException(kind.Name, string.Join("; ", strangers.Select(stranger =>
                $"{stranger.Count} running {(stranger.Count == 1 ? "saga has" : "sagas have")} attempted {stranger.Step} "
                + $"({(stranger.Count == 1 ? stranger.First : $"such as {stranger.First} and {stranger.Last}")}), a step that this "
                + $"definition no longer has"))
                + ". Keep the step until they have ended, or run the version that has it");
        }
    }
}
