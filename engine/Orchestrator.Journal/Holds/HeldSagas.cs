using Orchestrator.Storage;

namespace Orchestrator.Journal.Holds;

/// <summary>The sagas that wait at a held step, in SQL of either dialect.</summary>
sealed class HeldSagas(Database database)
{
    // The latest deadline that a saga gets.
    static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <summary>What a saga's row remembers about a step, as text.</summary>
    /// <param name="step">The step's name, in SQL.</param>
    /// <param name="field">The field of its record, as JSON names it.</param>
    public string Field(string step, string field) => database.Dialect == Dialect.Postgres
        ? $"(saga.data -> 'steps' -> {step} ->> '{field}')"
        // A damaged row counts as one without steps. It must not make the query fail for the other rows.
        : $"(CASE WHEN json_valid(saga.data) THEN json_extract(saga.data, '$.steps.\"' || {step} || '\".{field}') END)";

    /// <summary>A condition: the saga waits at a step for its release.</summary>
    public string Waits(string step) => $"{Field(step, "waiting")} = 'Release'";

    /// <summary>
    /// A condition: a hold concerns the command (or undo) that the saga waits to send. An operator's hold concerns both.
    /// </summary>
    /// <param name="hold">The row of <c>step_hold</c>.</param>
    /// <param name="step">The step's name, in SQL.</param>
    public string Concerns(string hold, string step) =>
        $"({hold}.command IS NULL OR ({hold}.command <> {hold}.step) = ({Field(step, "status")} = 'Undoing'))";

    /// <summary>
    /// Gives the sagas that wait at released steps a deadline, at once or spread by the rate. It leaves out sagas that another hold
    /// concerns, and rows that another session has locked.
    /// </summary>
    /// <returns>How many waited.</returns>
    public async Task<long> Wake(Sql sql, string kind, IReadOnlyList<string> steps, double? perSecond, DateTimeOffset now)
    {
        string Waiting(string step) =>
            $"""
             ({Waits(step)} AND NOT EXISTS (
                 SELECT 1 FROM step_hold h WHERE h.kind = @kind AND h.step = {step} AND h.released_at IS NULL AND {Concerns("h", step)}))
             """;

        var waiting =
            $"kind = @kind AND deadline IS NULL AND completed_at IS NULL AND "
            + $"({string.Join(" OR ", steps.Select((_, i) => Waiting($"@step{i}")))})";
        (string, object?)[] parameters = [("kind", kind), .. steps.Select((name, i) => ($"step{i}", (object?)name))];
        var apart = Math.Min(1 / (perSecond ?? double.PositiveInfinity), Longest.TotalSeconds);
        if (database.Dialect == Dialect.Postgres)
        {
            return await sql.Execute(
                $"""
                 UPDATE saga SET leased_version = NULL, deadline = @now + least(line.place * @apart, @most) * interval '1 second'
                 FROM (
                     SELECT id, row_number() OVER (ORDER BY created_at, id) - 1 AS place
                     FROM (SELECT id, created_at FROM saga WHERE {waiting} FOR UPDATE SKIP LOCKED) free) line
                 WHERE saga.kind = @kind AND saga.id = line.id AND saga.deadline IS NULL AND saga.completed_at IS NULL
                 """,
                [.. parameters, ("now", now), ("apart", apart), ("most", Longest.TotalSeconds)]);
        }

        // SQLite would need other SQL for times. It has one process, so no other session waits for these rows.
        var line = await sql.Query($"SELECT id FROM saga WHERE {waiting} ORDER BY created_at, id", row => row.GetGuid(0), parameters);
        for (var i = 0; i < line.Count; i++)
        {
            var at = now + TimeSpan.FromSeconds(Math.Min(i * apart, Longest.TotalSeconds));
            await sql.Execute(
                "UPDATE saga SET deadline = @at, leased_version = NULL WHERE kind = @kind AND id = @id", ("at", at), ("kind", kind),
                ("id", line[i]));
        }

        return line.Count;
    }
}
