using System.Collections.Frozen;
using System.Text.Json;
using Orchestrator.Contracts;
using Orchestrator.Engine;
using Orchestrator.Journal;
using Orchestrator.Sagas.OrderFulfilment;

namespace Orchestrator.Tests.Chaos.Checks;

/// <summary>Every journal is without gaps and, decided anew, gives the stored row.</summary>
sealed class JournalChecks(Books books, double pace)
{
    const int AtOnce = 500;

    static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    readonly SagaKind<Order> _kind = new(new OrderFulfilmentSaga { Pace = pace });

    /// <summary>What does not hold.</summary>
    public async Task<IReadOnlyList<Violation>> Violations()
    {
        var sagas = await books.Of("orchestrator").Read(sql => sql.Query(
            "SELECT id, business_key, state, version, data::text FROM saga WHERE kind = @kind",
            row => new Saga(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetString(4)), ("kind", _kind.Name)));
        var holds = await books.Of("orchestrator").Read(sql => sql.Query(
            "SELECT step, held_at, released_at FROM step_hold WHERE kind = @kind AND command IS NULL",
            row => new Hold(row.GetString(0), row.GetFieldValue<DateTimeOffset>(1), row.IsDBNull(2) ? null : row.GetFieldValue<DateTimeOffset>(2)),
            ("kind", _kind.Name)));
        var violations = new List<Violation>();
        foreach (var some in sagas.Chunk(AtOnce))
        {
            var rows = (await books.Of("orchestrator").Read(sql => sql.Query(
                "SELECT saga_id, seq, event::text, at, remark FROM journal WHERE kind = @kind AND saga_id = ANY(@ids) ORDER BY seq",
                row => new Row(
                    row.GetGuid(0), row.GetInt64(1), row.GetString(2), row.GetFieldValue<DateTimeOffset>(3), row.IsDBNull(4) ? null : row.GetString(4)),
                ("kind", _kind.Name), ("ids", some.Select(saga => saga.Id).ToArray())))).ToLookup(row => row.SagaId);
            violations.AddRange(some.Select(saga => Of(saga, [.. rows[saga.Id]], holds)).OfType<Violation>());
        }

        return violations;
    }

    Violation? Of(Saga saga, IReadOnlyList<Row> rows, IReadOnlyList<Hold> holds)
    {
        if (rows.Count != saga.Version || rows.Where((row, i) => row.Seq != i + 1).Any())
            return new($"order {saga.Key} is at version {saga.Version} and its journal has {rows.Count} rows", saga.Id);
        // What the breaker held at each moment is not in the journal.
        if (rows.Any(row => row.Remark?.Contains("held by the engine", StringComparison.Ordinal) == true))
            return null;
        SagaState<Order>? state = null;
        foreach (var row in rows)
        {
            var envelope = Envelope.FromJson(row.Event);
            var message = (ISagaMessage)envelope.Message.Deserialize(_kind.MessageType(envelope.MessageType), WireJson.Options)!;
            state = Decided(state, message, row, holds);
            // As the next transition read it.
            state = state with { Data = JsonSerializer.Deserialize<Order>(JsonSerializer.Serialize(state.Data, WireJson.Options), WireJson.Options)! };
        }

        // The database keeps JSON in an order of its own.
        var (replayed, stored) = (JsonSerializer.Serialize(state!.Data, WireJson.Options), JsonSerializer.Serialize(JsonSerializer.Deserialize<Order>(saga.Data, WireJson.Options), WireJson.Options));
        return (state.Lifecycle.ToString(), replayed) == (saga.State, stored)
            ? null
            : new($"order {saga.Key} is {saga.State} {stored}, and its journal replays to {state.Lifecycle} {replayed}", saga.Id);
    }

    // Whether a step was held just when its hold began or ended, nobody has noted; the remark shows which it was.
    SagaState<Order> Decided(SagaState<Order>? state, ISagaMessage message, Row row, IReadOnlyList<Hold> holds)
    {
        var held = holds.Where(hold => hold.From - Margin < row.At && !(hold.To + Margin < row.At)).Select(hold => hold.Step).ToFrozenSet();
        var decisions = new[] { held, FrozenSet<string>.Empty }.Take(held.Count + 1)
            .Select(steps => Decider.Decide(_kind.Definition, state, message, new Circumstances(row.At, steps))).ToList();
        return (decisions.Find(decision => decision.Remark == row.Remark) ?? decisions[0]).State;
    }

    sealed record Hold(string Step, DateTimeOffset From, DateTimeOffset? To);

    sealed record Saga(Guid Id, string Key, string State, long Version, string Data);

    sealed record Row(Guid SagaId, long Seq, string Event, DateTimeOffset At, string? Remark);
}
