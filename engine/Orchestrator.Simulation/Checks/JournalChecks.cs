using System.Text.Json;
using Orchestrator.Contracts;
using Orchestrator.Engine;
using Orchestrator.Journal;
using Orchestrator.Simulation.Parties;
using Orchestrator.Simulation.Worlds;
using Orchestrator.Storage;

namespace Orchestrator.Simulation.Checks;

/// <summary>Checks the conditions that every saga must meet.</summary>
static class JournalChecks
{
    /// <summary>The violations, one sentence each.</summary>
    public static IEnumerable<string> Violations<TData>(
        MemoryDatabase store, Worker<TData> worker, IReadOnlyList<Guid> started, Defect defect)
        where TData : SagaData
    {
        var kind = worker.First;
        var sagas = store.ReadNow(sql => sql.Query(
            "SELECT id, business_key, state, version, data, completed_at IS NOT NULL FROM saga WHERE kind = @kind",
            row => (Id: row.GetGuid(0), Key: row.GetString(1), State: row.GetString(2), Version: row.GetInt64(3), Data: row.GetString(4),
                IsComplete: row.GetBoolean(5)),
            ("kind", kind.Name))).ToDictionary(saga => saga.Id);
        foreach (var id in started.Where(id => !sagas.ContainsKey(id)))
            yield return $"{id} was submitted and has no saga";
        var journalled = new HashSet<Guid>();

        foreach (var (id, key, state, version, data, isComplete) in sagas.Values)
        {
            var read = JsonSerializer.Deserialize<TData>(data, WireJson.Options)!;
            if (state == nameof(Lifecycle.Suspended) ? string.IsNullOrWhiteSpace(read.Suspended?.Reason) : !isComplete)
                yield return $"{key} is {state} without an end or a reason";
            var rows = store.ReadNow(sql => sql.Query(
                "SELECT seq, message_id, event, outgoing, at, definition_version, remark FROM journal WHERE kind = @kind AND saga_id = "
                + "@id ORDER BY seq",
                row => new JournalEntry(
                    row.GetInt64(0), row.GetGuid(1), row.GetString(2), OutgoingEnvelope.FromJson(row.GetString(3)),
                    SqliteTime.Parse(row.GetString(4)),
                    row.GetInt32(5), row.IsDBNull(6) ? null : row.GetString(6)),
                ("kind", kind.Name), ("id", id)));
            journalled.UnionWith(rows.SelectMany(row => row.Outgoing).Select(sent => sent.MessageId));
            if (rows.Count != version || rows.Where((row, i) => row.Seq != i + 1).Any())
                yield return $"{key} is at version {version} and its journal has {rows.Count} rows";
            var course = new Course<TData>(key);
            if (Replayed(worker, id, rows, course, defect) is var (lifecycle, replayed) && (lifecycle, replayed) != (state, data))
                yield return $"{key} is {state} {data}, and its journal replays to {lifecycle} {replayed}";
            foreach (var violation in course.Violations.Concat(UndoOrder(worker, key, rows)))
                yield return violation;
            foreach (var forged in rows.Where(row => worker.Forged.Contains(row.MessageId)))
                yield return $"{key} took a message that was forged: {forged.Event}";
            if (!isComplete)
                continue;
            var last = defect.LastMessages(store, kind, id, rows.SelectMany(row => row.Outgoing)).GetAwaiter().GetResult();
            if (last.Any(sent => sent.IsEvent && !kind.Ends.Contains(sent.MessageType)))
                yield return $"{key} would be repaired by "
                    + $"{string.Join(", ", last.Where(sent => sent.IsEvent).Select(sent => sent.MessageType))}";
        }

        foreach (var id in worker.Sent.Where(id => !journalled.Contains(id)))
            yield return $"message {id} was sent and is not in the journal";
    }

    static (string? Lifecycle, string? Data) Replayed<TData>(
        Worker<TData> worker, Guid id, IEnumerable<JournalEntry> rows, Course<TData> course, Defect defect)
        where TData : SagaData
    {
        SagaState<TData>? state = null;
        foreach (var row in rows)
        {
            var (kind, before) = (worker.Version(row.Version), state);
            var envelope = Envelope.FromJson(row.Event);
            var message = (ISagaMessage)envelope.Message.Deserialize(kind.MessageType(envelope.MessageType), WireJson.Options)!;
            // A deliberate mistake in the decision is repeated here, so that only its consequences are violations.
            var circumstances = worker.DecidedIn.GetValueOrDefault((id, row.Seq, row.At), new Circumstances(row.At));
            state = defect.Decide(kind.Definition, state, message, circumstances, deadline: null, worker.Misread).State;
            // Data is written and read again, as it was for the next transition.
            state = state with
            {
                Data = JsonSerializer.Deserialize<TData>(
                JsonSerializer.Serialize(state.Data, WireJson.Options), WireJson.Options)!
            };
            course.Follow(kind, message, envelope.Message, row, before, state);
        }

        return (state?.Lifecycle.ToString(), state is null ? null : JsonSerializer.Serialize(state.Data, WireJson.Options));
    }

    // Stages are undone backwards: the first undo of an earlier stage is sent only after the undos of later stages. Each definition has its
    // own stages.
    static IEnumerable<string> UndoOrder<TData>(Worker<TData> worker, string key, IEnumerable<JournalEntry> rows)
        where TData : SagaData
    {
        var undone = rows.SelectMany(row => row.Outgoing.Where(sent => sent.IsUndo).Select(sent => (row.Version, Step: sent.Step!)))
            .DistinctBy(undo => undo.Step);
        foreach (
            var (version, steps) in undone.GroupBy(undo => undo.Version, undo => undo.Step).Select(group => (group.Key, group.ToList())))
        {
            var table = worker.Version(version).Definition.Table;
            var stages = steps.Select(step => table.StageOf(table.Steps.ToList().FindIndex(shape => shape.Name == step))).ToList();
            if (!stages.SequenceEqual(stages.OrderDescending()))
                yield return $"{key} was undone in the order {string.Join(", ", steps)}";
        }
    }
}
