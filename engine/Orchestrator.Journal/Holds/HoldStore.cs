using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Storage;

namespace Orchestrator.Journal.Holds;

/// <summary>The rows of operators in the table <c>step_hold</c>: which steps they hold, and who held and released them and why.</summary>
public sealed class HoldStore(IJournalStore journal, IEnumerable<ISagaKind> kinds)
{
    /// <summary>The largest number of forgotten sagas that are woken at once, so that their rows are not locked for long.</summary>
    public const int MostWoken = 1_000;

    readonly Dictionary<string, ISagaKind> _kinds = kinds.ToDictionary(kind => kind.Name);
    readonly HeldSagas _held = new(journal.Database);

    Database Database => journal.Database;

    /// <summary>Holds a step. From the commit on no transition sends the step's command or undo.</summary>
    /// <param name="command">Which one, who and why.</param>
    /// <param name="messageId">The id of the message: the same message that comes again, however late, changes nothing and is answered as
    /// before.</param>
    /// <param name="cancellationToken">Ends the waiting for a database that is away.</param>
    /// <returns>Why it can't be held; null when it is held.</returns>
    /// <exception cref="OtherProgramException">Another program runs the kind.</exception>
    public async Task<string?> Hold(HoldStep command, Guid messageId, CancellationToken cancellationToken)
    {
        await LeaveToOthers(command.Kind, cancellationToken);
        if (Problem(command) is { } problem)
            return problem;
        var (_, refusal) = await Once(
            messageId, nameof(HoldStep),
            async (sql, now) => (0, await sql.Execute(
                """
                INSERT INTO step_hold (id, kind, step, held_at, held_by, held_note) VALUES (@id, @kind, @step, @now, @actor, @note)
                ON CONFLICT DO NOTHING
                """,
                ("id", Guid.CreateVersion7(now)), ("kind", command.Kind), ("step", command.Step), ("now", now), ("actor", command.Actor),
                ("note", command.Note)) == 1
                ? null
                : await AlreadyHeld(sql, command)),
            cancellationToken);
        return refusal;
    }

    /// <summary>
    /// Releases a step: the sagas that wait for it get a deadline, at once or spread by the rate. A saga that another session has locked is
    /// left to <see cref="WakeForgotten"/>.
    /// </summary>
    /// <param name="command">Which one, who and why.</param>
    /// <param name="messageId">The id of the message: the same message that comes again, however late, changes nothing and is answered as
    /// before.</param>
    /// <param name="cancellationToken">Ends the waiting for a database that is away.</param>
    /// <returns>How many waited, or why it can't be released.</returns>
    /// <exception cref="OtherProgramException">Another program runs the kind.</exception>
    public async Task<(long Waiting, string? Problem)> Release(ReleaseStep command, Guid messageId, CancellationToken cancellationToken)
    {
        await LeaveToOthers(command.Kind, cancellationToken);
        if (Problem(command) is { } problem)
            return (0, problem);
        return await Once(
            messageId, nameof(ReleaseStep),
            async (sql, now) =>
            {
                var released = await sql.Execute(
                    """
                    UPDATE step_hold SET released_at = @now, released_by = @actor, released_note = @note, per_second = @rate
                    WHERE kind = @kind AND step = @step AND command IS NULL AND released_at IS NULL
                    """,
                    ("now", now), ("actor", command.Actor), ("note", command.Note), ("rate", command.PerSecond), ("kind", command.Kind),
                    ("step", command.Step));
                return released == 0
                    ? (0, $"{command.Step} of {command.Kind} is not held")
                    : (await _held.Wake(sql, command.Kind, StepsOf(command), command.PerSecond, now), null);
            },
            cancellationToken);
    }

    // Programs on one database share the queue of their operators, and each knows the steps of its own kinds only.
    async Task LeaveToOthers(string? kind, CancellationToken cancellationToken)
    {
        if (kind is null || _kinds.ContainsKey(kind) || TextRules.Violation(nameof(kind), kind) is not null)
            return;
        const string IsRun = "SELECT EXISTS (SELECT 1 FROM saga_definition WHERE kind = @kind)";
        if (await Database.Read(sql => sql.First(IsRun, row => row.GetBoolean(0), ("kind", kind)), cancellationToken))
            throw new OtherProgramException(kind, _kinds.Keys);
    }

    // One commit writes what the command does and that it was done. A copy that comes at the same time waits for the commit.
    async Task<(long Waiting, string? Problem)> Once(
        Guid messageId, string type, Func<Sql, DateTimeOffset, Task<(long Waiting, string? Problem)>> act,
        CancellationToken cancellationToken)
    {
        var now = await journal.Now(cancellationToken);
        return await Database.WriteOrDefer(
            async sql =>
            {
                (string, object?)[] key = [("id", messageId), ("type", type)];
                if (await sql.Execute(
                    "INSERT INTO seen_command (message_id, message_type, at) VALUES (@id, @type, @at) ON CONFLICT DO NOTHING",
                    [.. key, ("at", now)]) == 0)
                {
                    return await sql.First(
                        "SELECT waiting, problem FROM seen_command WHERE message_id = @id AND message_type = @type",
                        row => (row.GetInt64(0), row.IsDBNull(1) ? null : row.GetString(1)), key);
                }

                var (waiting, problem) = await act(sql, now);
                await sql.Execute(
                    "UPDATE seen_command SET waiting = @waiting, problem = @problem WHERE message_id = @id AND message_type = @type",
                    [.. key, ("waiting", waiting), ("problem", problem)]);
                return (waiting, problem);
            },
            cancellationToken);
    }

    /// <summary>
    /// Wakes unfinished sagas that nothing would wake: they came to a held step just as it was released, or they were left by
    /// a version without deadlines. A row that another session has locked is left to the next look.
    /// </summary>
    /// <returns>How many, at most <see cref="MostWoken"/>.</returns>
    public async Task<int> WakeForgotten(CancellationToken cancellationToken)
    {
        var now = await journal.Now(cancellationToken);
        return await Database.WriteStatement(
            sql => sql.Execute(
                $"""
                 WITH forgotten AS MATERIALIZED (
                     SELECT kind, id FROM saga
                     WHERE deadline IS NULL AND completed_at IS NULL AND state <> 'Suspended' AND updated_at < @before
                         AND {Database.Among("kind", "kinds")}
                       AND NOT EXISTS (
                           SELECT 1 FROM step_hold h
                           WHERE h.kind = saga.kind AND h.released_at IS NULL AND (h.step = @intake OR ({_held.Waits("h.step")}
                               AND {_held.Concerns("h", "h.step")})))
                     LIMIT {MostWoken} {Database.SkipLocked}
                 )
                 UPDATE saga AS s SET deadline = @now, leased_version = NULL FROM forgotten f WHERE s.kind = f.kind AND s.id = f.id
                 """,
                ("now", now), ("before", now - TimeSpan.FromSeconds(10)), ("kinds", _kinds.Keys.ToArray()), ("intake", HoldStep.Intake)),
            cancellationToken);
    }

    IReadOnlyList<string> StepsOf(ReleaseStep command) => command.Step == HoldStep.Intake ? _kinds[command.Kind].Steps : [command.Step];

    static async Task<string> AlreadyHeld(Sql sql, HoldStep command) =>
        await sql.First(
            "SELECT held_by, held_note FROM step_hold WHERE kind = @kind AND step = @step AND command IS NULL AND released_at IS NULL",
            row => $"{command.Step} of {command.Kind} is held already, by {row.GetString(0)}: {row.GetString(1)}",
            ("kind", command.Kind), ("step", command.Step))
        ?? $"{command.Step} of {command.Kind} was held and released just now; try again";

    /// <summary>What is wrong with the command itself, whether the step is held or not; null when nothing is.</summary>
    public string? Problem(HoldStep command) => Problem(command.Kind, command.Step, command.Actor, command.Note);

    /// <summary>What is wrong with the command itself, whether the step is held or not; null when nothing is.</summary>
    public string? Problem(ReleaseStep command) => Problem(command.Kind, command.Step, command.Actor, command.Note) ?? (
        command.PerSecond is { } rate && !(rate > 0 && double.IsFinite(rate))
            ? FormattableString.Invariant($"a rate of {rate} a second releases nothing; it must be above 0, or absent for all at once")
            : null);

    string? Problem(string kind, string step, string actor, string note)
    {
        if (!_kinds.TryGetValue(kind ?? "", out var known))
            return $"there is no kind of saga '{kind}'; the kinds are {string.Join(", ", _kinds.Keys)}";
        if (step != HoldStep.Intake && !known.Steps.Contains(step))
            return $"{kind} has no step {step}; its steps are {string.Join(", ", known.Steps)}, and there is {HoldStep.Intake}";
        if (string.IsNullOrWhiteSpace(actor))
            return "it does not say who gives it (actor)";
        return string.IsNullOrWhiteSpace(note) ? "it does not say why (note)" : null;
    }
}
