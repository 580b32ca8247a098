using System.Text.Json;
using Orchestrator.Contracts;
using Orchestrator.Journal;
using Orchestrator.Sagas.Engine;
using Orchestrator.Storage;
using Orchestrator.Tests.Simulation.Engine;
using Orchestrator.Tests.Simulation.Parties;

namespace Orchestrator.Tests.Simulation.Checks;

/// <summary>What must hold for every saga.</summary>
static class JournalChecks
{
    /// <summary>What does not, a sentence each.</summary>
    public static IEnumerable<string> Violations<TData>(MemoryDatabase store, Worker<TData> worker, IReadOnlyList<Guid> started)
        where TData : SagaData
    {
        var kind = worker.Latest;
        var sagas = store.ReadNow(sql => sql.Query(
            "SELECT id, business_key, state, version, data, completed_at IS NOT NULL FROM saga WHERE kind = @kind",
            row => (Id: row.GetGuid(0), Key: row.GetString(1), State: row.GetString(2), Version: row.GetInt64(3), Data: row.GetString(4), IsComplete: row.GetBoolean(5)),
            ("kind", kind.Name))).ToDictionary(saga => saga.Id);
        foreach (var id in started.Where(id => !sagas.ContainsKey(id)))
            yield return $"{id} was submitted and has no saga";

        foreach (var (id, key, state, version, data, isComplete) in sagas.Values)
        {
            var read = JsonSerializer.Deserialize<TData>(data, WireJson.Options)!;
            if (state == nameof(Lifecycle.Suspended) ? string.IsNullOrWhiteSpace(read.Suspended?.Reason) : !isComplete)
                yield return $"{key} is {state} without an end or a reason";
            var rows = store.ReadNow(sql => sql.Query(
                "SELECT seq, event, outgoing, at, definition_version FROM journal WHERE kind = @kind AND saga_id = @id ORDER BY seq",
                row => (Seq: row.GetInt64(0), Event: row.GetString(1), Outgoing: OutgoingEnvelope.FromJson(row.GetString(2)), At: SqliteTime.Parse(row.GetString(3)), Version: row.GetInt32(4)),
                ("kind", kind.Name), ("id", id)));
            if (rows.Count != version || rows.Where((row, i) => row.Seq != i + 1).Any())
                yield return $"{key} is at version {version} and its journal has {rows.Count} rows";
            if (Replayed(worker, id, rows.Select(row => (row.Seq, row.Event, row.At, row.Version))) is var (lifecycle, replayed) && (lifecycle, replayed) != (state, data))
                yield return $"{key} is {state} {data}, and its journal replays to {lifecycle} {replayed}";
            foreach (var violation in UndoOrder(kind, key, rows.SelectMany(row => row.Outgoing)))
                yield return violation;
        }

        var journalled = store.ReadNow(sql => sql.Query("SELECT outgoing FROM journal", row => OutgoingEnvelope.FromJson(row.GetString(0))))
            .SelectMany(outgoing => outgoing.Select(message => message.MessageId)).ToHashSet();
        foreach (var id in worker.Sent.Where(id => !journalled.Contains(id)))
            yield return $"message {id} was sent and is not in the journal";
    }

    static (string? Lifecycle, string? Data) Replayed<TData>(
        Worker<TData> worker, Guid id, IEnumerable<(long Seq, string Event, DateTimeOffset At, int Version)> rows)
        where TData : SagaData
    {
        SagaState<TData>? state = null;
        foreach (var (seq, text, at, version) in rows)
        {
            var kind = worker.Version(version);
            var envelope = Envelope.FromJson(text);
            var message = (ISagaMessage)envelope.Message.Deserialize(kind.MessageType(envelope.MessageType), WireJson.Options)!;
            state = Decider.Decide(kind.Definition, state, message, worker.DecidedIn.GetValueOrDefault((id, seq), new Circumstances(at)) with { Now = at }).State;
            // As the next transition read it.
            state = state with { Data = JsonSerializer.Deserialize<TData>(JsonSerializer.Serialize(state.Data, WireJson.Options), WireJson.Options)! };
        }

        return (state?.Lifecycle.ToString(), state is null ? null : JsonSerializer.Serialize(state.Data, WireJson.Options));
    }

    // Stage by stage backwards: an undo of an earlier stage goes out for the first time only after those of later stages.
    static IEnumerable<string> UndoOrder<TData>(SagaKind<TData> kind, string key, IEnumerable<OutgoingEnvelope> outgoing)
        where TData : SagaData
    {
        var table = kind.Definition.Table;
        var first = outgoing.Where(message => message.IsUndo).GroupBy(message => message.Step!).Select(group => group.Key).ToList();
        var stages = first.Select(step => table.StageOf(table.Steps.ToList().FindIndex(shape => shape.Name == step))).ToList();
        if (!stages.SequenceEqual(stages.OrderDescending()))
            yield return $"{key} was undone in the order {string.Join(", ", first)}";
    }
}
