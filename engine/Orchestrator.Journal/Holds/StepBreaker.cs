using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts.Operations;
using Orchestrator.Engine;
using Orchestrator.Storage;

namespace Orchestrator.Journal.Holds;

/// <summary>
/// The circuit breaker of each step. It holds a command, or an undo, that no participant has answered for a while. It lets one saga at a
/// time try the command, and releases it when an answer comes.
/// </summary>
/// <remarks>
/// Its only state is in the rows of <c>step_hold</c> that name a command. All workers share them. The rows of operators name no command,
/// and the breaker never changes them. It reads from the journal whether answers come, and only when a deadline has passed. So it does not
/// slow down transitions.
/// </remarks>
public sealed partial class StepBreaker(IJournalStore journal, BreakerOptions options, ILogger<StepBreaker> logger)
{
    /// <summary>The actor of its holds and releases, in <c>step_hold</c>.</summary>
    public const string Actor = "engine";

    const string OpenSql = "kind = @kind AND command IS NOT NULL AND released_at IS NULL";

    readonly HeldSagas _held = new(journal.Database);
    readonly ConcurrentDictionary<(string Kind, string Command), bool> _closing = new();

    /// <summary>When it acts.</summary>
    public BreakerOptions Options => options;

    Database Database => journal.Database;

    /// <summary>Holds the commands of a kind of saga that no participant answers.</summary>
    public async Task Open(ISagaKind kind, CancellationToken cancellationToken)
    {
        if (options.Silence is null || kind.Circuits.Count == 0)
            return;
        var now = await journal.Now(cancellationToken);
        var waiting = await Unanswered(kind, now, cancellationToken);
        var open = waiting.Count == 0 ? [] : await Database.Read(
            sql => sql.Query($"SELECT step FROM step_hold WHERE {OpenSql}", row => row.GetString(0), ("kind", kind.Name)),
            cancellationToken);
        foreach (var step in waiting.GroupBy(one => one.Circuit.Step))
        {
            if (!AreEnough(step))
                continue;
            var silent = new List<(Circuit Circuit, long Sagas)>();
            foreach (var one in step)
            {
                if (!await IsAnswered(kind, one.Circuit, now, cancellationToken))
                    silent.Add(one);
            }

            if (!AreEnough(silent))
                continue;
            foreach (var (circuit, sagas) in silent)
                await Hold(kind, circuit, sagas, now, cancellationToken);

            // The step's command and undo go to one participant, so their sagas count together. But each has answers of its own.
            bool AreEnough(IEnumerable<(Circuit, long Sagas)> circuits) =>
                open.Contains(step.Key) || circuits.Sum(one => one.Sagas) >= options.Floor;
        }
    }

    /// <summary>
    /// Lets one saga try each held command whose last try was long enough ago. A command that no saga waits for is released.
    /// </summary>
    public async Task Probe(ISagaKind kind, CancellationToken cancellationToken)
    {
        var now = await journal.Now(cancellationToken);
        var due = await Database.Read(
            sql => sql.Query(
                $"""
                 SELECT id, step, command FROM step_hold h
                 WHERE {OpenSql} AND probe_at <= @now
                   AND NOT EXISTS (SELECT 1 FROM step_hold o WHERE o.kind = h.kind AND o.step = h.step AND o.command IS NULL
                       AND o.released_at IS NULL)
                 """,
                Held.Read, ("kind", kind.Name), ("now", now)),
            cancellationToken);
        foreach (var hold in due)
        {
            if (await Database.Write(sql => Probe(sql, kind, hold, now), cancellationToken))
                LogReleased(hold.Command, kind.Name, "no saga waits for it any more", 0);
        }
    }

    /// <summary>Releases a held command that was answered. The waiting sagas go on, some in each second.</summary>
    public async Task Close(ISagaKind kind, string command, CancellationToken cancellationToken)
    {
        // Many answers may come at once. The first one is enough.
        if (!_closing.TryAdd((kind.Name, command), true))
            return;
        try
        {
            await Close(
                kind, $"{command} was answered", $"AND command = @command {Database.SkipLocked}", [("command", command)],
                cancellationToken);
        }
        finally
        {
            _closing.TryRemove((kind.Name, command), out _);
        }
    }

    /// <summary>Releases all commands of a kind of saga that it holds, because it is switched off.</summary>
    public Task CloseAll(ISagaKind kind, CancellationToken cancellationToken) =>
        Close(kind, "the breaker is switched off", Database.SkipLocked, [], cancellationToken);

    /// <summary>How long no answer must have come.</summary>
    TimeSpan SilenceOf(Circuit circuit)
    {
        var (silence, soon) = (options.Silence!.Value, circuit.GivesUpAfter / 2);
        var shorter = silence < soon ? silence : soon;
        return shorter > circuit.Limit ? shorter : circuit.Limit;
    }

    async Task<IReadOnlyList<(Circuit Circuit, long Sagas)>> Unanswered(
        ISagaKind kind, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var circuits = kind.Circuits;
        string Count(int i) =>
            $"""
             (SELECT count(*) FROM (
                 SELECT 1 FROM under_way saga
                 WHERE {_held.Field($"@step{i}", "waiting")} IN ('Answer', 'Status', 'NextAttempt')
                   AND {_held.Field($"@step{i}", "status")} {(circuits[i].IsUndo ? "=" : "<>")} 'Undoing'
                   AND {Ordered($"coalesce({_held.Field($"@step{i}", "began")}, {_held.Field($"@step{i}", "at")})")} <= @since{i}
                 LIMIT @floor) c{i})
             """;

        // A saga that waits for an answer has a near deadline. One that waits for people or is held has none, or a far one.
        var counts = await Database.Read(
            sql => sql.First(
                $"""
                 WITH under_way AS MATERIALIZED (SELECT data FROM saga WHERE kind = @kind AND deadline <= @horizon)
                 SELECT {string.Join(", ", circuits.Select((_, i) => Count(i)))}
                 """,
                row => circuits.Select((_, i) => row.GetInt64(i)).ToList(),
                [
                    ("kind", kind.Name), ("horizon", now + circuits.Max(circuit => circuit.LongestWait)), ("floor", options.Floor),
                    .. circuits.SelectMany(
                        (circuit, i) =>
                            new (string, object?)[] { ($"step{i}", circuit.Step), ($"since{i}", Text(now - SilenceOf(circuit))) }),
                ]),
            cancellationToken);
        return [.. circuits.Zip(counts!).Where(one => one.Second > 0)];
    }

    Task<bool> IsAnswered(ISagaKind kind, Circuit circuit, DateTimeOffset now, CancellationToken cancellationToken) => Database.Read(
        sql => sql.First(
            $"""
             SELECT EXISTS (
                 SELECT 1 FROM (
                     SELECT id FROM saga WHERE kind = @kind AND completed_at IS NULL AND state IN ('Running', 'Compensating', 'Suspended')
                         AND updated_at > @since
                     UNION ALL
                     SELECT id FROM saga WHERE kind = @kind AND completed_at > @since) moved
                 WHERE (SELECT j.seq FROM journal j
                        WHERE j.kind = @kind AND j.saga_id = moved.id AND j.at > @since
                            AND {Database.Among("j.message_type", "answers")} LIMIT 1) IS NOT NULL)
             """,
            row => row.GetBoolean(0),
            ("kind", kind.Name), ("since", now - SilenceOf(circuit)), ("answers", circuit.Answers.ToArray())),
        cancellationToken);

    async Task Hold(ISagaKind kind, Circuit circuit, long sagas, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var silence = SilenceOf(circuit);
        var note = string.Create(
            CultureInfo.InvariantCulture,
            $"no answer to {circuit.Command} of any saga for {silence}; {sagas} or more have waited for so long");
        // After a release, participants get the same time again to answer. Sagas that waited before would count at once.
        var held = await Database.WriteStatement(
            sql => sql.Execute(
                """
                INSERT INTO step_hold (id, kind, step, command, held_at, held_by, held_note, probe_at)
                SELECT @id, @kind, @step, @command, @now, @actor, @note, @probe
                WHERE NOT EXISTS (
                    SELECT 1 FROM step_hold
                    WHERE kind = @kind AND step = @step AND (command IS NULL OR command = @command) AND (released_at IS NULL
                        OR released_at > @since))
                ON CONFLICT DO NOTHING
                """,
                ("id", Guid.CreateVersion7(now)), ("kind", kind.Name), ("step", circuit.Step), ("command", circuit.Command), ("now", now),
                ("actor", Actor),
                ("note", note), ("probe", NextProbe(kind, circuit.Command, now)), ("since", now - silence)),
            cancellationToken);
        if (held == 1)
            LogHeld(circuit.Command, kind.Name, note);
    }

    // In one commit, so that no try is lost when its worker dies: the next sweep of any worker finds the saga's deadline.
    async Task<bool> Probe(Sql sql, ISagaKind kind, Held hold, DateTimeOffset now)
    {
        // Another worker that has locked the row does the same. No sweep waits for a locked row.
        if (await sql.Execute(
            $"""
             UPDATE step_hold SET probe_at = @next
             WHERE id IN (SELECT id FROM step_hold WHERE id = @hold AND released_at IS NULL AND probe_at <= @now {Database.SkipLocked})
             """,
            ("hold", hold.Id), ("next", NextProbe(kind, hold.Command, now)), ("now", now)) == 0)
            return false;

        var (isUndo, waits) = (hold.Command != hold.Step, $"kind = @kind AND completed_at IS NULL AND {_held.Field("@step", "status")}");
        var awaited = isUndo ? $"{waits} = 'Undoing'" : $"{waits} IN ('Held', 'Sent', 'Uncertain')";
        // The saga that has waited longest since it came or had its last try. Sagas that a hold of the intake may stop come last.
        var saga = await sql.First(
            $"""
             SELECT id, version FROM saga WHERE {awaited} AND {_held.Waits("@step")}
             ORDER BY CASE WHEN {_held.Field("@step", "status")} = 'Held'
                          AND EXISTS (SELECT 1 FROM step_hold WHERE kind = @kind AND step = @intake AND released_at IS NULL) THEN 1
                              ELSE 0 END,
                      {Ordered(_held.Field("@step", "at"))}, id
             LIMIT 1 {Database.SkipLocked}
             """,
            row => new Probe(row.GetGuid(0), row.GetInt64(1)), ("kind", kind.Name), ("step", hold.Step), ("intake", HoldStep.Intake));
        if (saga is not null)
        {
            await sql.Execute(
                "UPDATE step_hold SET probe_saga = @saga, probe_version = @version WHERE id = @hold", ("saga", saga.SagaId),
                ("version", saga.Version), ("hold", hold.Id));
            await sql.Execute(
                "UPDATE saga SET deadline = @now, leased_version = NULL WHERE kind = @kind AND id = @saga", ("now", now),
                ("kind", kind.Name), ("saga", saga.SagaId));
            return false;
        }

        var isWaitedFor = await sql.First(
            $"SELECT EXISTS (SELECT 1 FROM saga WHERE {awaited} AND {_held.Field("@step", "waiting")} <> 'Operator')",
            row => row.GetBoolean(0), ("kind", kind.Name), ("step", hold.Step));
        if (!isWaitedFor)
            await Release(sql, kind, hold, "no saga waits for it any more", now);
        return !isWaitedFor;
    }

    async Task Close(ISagaKind kind, string why, string which, (string, object?)[] parameters, CancellationToken cancellationToken)
    {
        var now = await journal.Now(cancellationToken);
        var released = await Database.Write(
            async sql =>
            {
                var waiting = new List<(string Command, long Sagas)>();
                foreach (
                    var hold in await sql.Query(
                        $"SELECT id, step, command FROM step_hold WHERE {OpenSql} {which}", Held.Read,
                        [("kind", kind.Name), .. parameters]))
                    waiting.Add((hold.Command, await Release(sql, kind, hold, why, now)));
                return waiting;
            },
            cancellationToken);
        foreach (var (command, sagas) in released)
            LogReleased(command, kind.Name, why, sagas);
    }

    async Task<long> Release(Sql sql, ISagaKind kind, Held hold, string why, DateTimeOffset now)
    {
        await sql.Execute(
            "UPDATE step_hold SET released_at = @now, released_by = @actor, released_note = @why, per_second = @rate WHERE id = @hold",
            ("now", now), ("actor", Actor), ("why", why), ("rate", options.PerSecond), ("hold", hold.Id));
        return await _held.Wake(sql, kind.Name, [hold.Step], options.PerSecond, now);
    }

    DateTimeOffset NextProbe(ISagaKind kind, string command, DateTimeOffset now)
    {
        var limit = kind.Circuits.FirstOrDefault(circuit => circuit.Command == command)?.Limit ?? TimeSpan.Zero;
        return now + (limit > options.Probe ? limit : options.Probe);
    }

    // Times in JSON sort as text, byte by byte.
    string Ordered(string time) => Database.Dialect == Dialect.Postgres ? $"{time} COLLATE \"C\"" : time;

    static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'+00:00'", CultureInfo.InvariantCulture);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "{Command} of {Kind} is held by the engine: {Why}; one saga at a time tries it until an answer comes")]
    partial void LogHeld(string command, string kind, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Command} of {Kind} is no longer held by the engine: {Why}; {Sagas} sagas go on")]
    partial void LogReleased(string command, string kind, string why, long sagas);

    sealed record Held(Guid Id, string Step, string Command)
    {
        public static Held Read(System.Data.Common.DbDataReader row) => new(row.GetGuid(0), row.GetString(1), row.GetString(2));
    }
}
