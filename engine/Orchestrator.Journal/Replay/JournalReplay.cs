using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Contracts;
using Orchestrator.Engine;
using Orchestrator.Journal.Holds;
using Orchestrator.Journal.Telemetry;
using Orchestrator.Storage;

namespace Orchestrator.Journal.Replay;

/// <summary>
/// Decides recorded sagas again, each from its first message on, and reports where the result differs from the record. It writes nothing
/// and sends nothing.
/// </summary>
/// <remarks>
/// The messages pass through the same dispatcher as in production, over a store that holds one saga in memory. A difference means that the
/// journal was changed, that the decision is no pure function, or that a table was changed without a new version.
/// </remarks>
/// <param name="database">The journal's database.</param>
/// <param name="versions">
/// The definitions of one kind of saga, at least one. A transition is decided by the version that decided it; when that is not among these,
/// by the newest. The data of a saga is compared only if these versions decided all of its transitions.
/// </param>
public sealed class JournalReplay(Database database, IReadOnlyList<ISagaKind> versions)
{
    const int AtOnce = 100;

    readonly ISagaKind _newest = versions.MaxBy(kind => kind.DefinitionVersion)!;
    readonly ReadTime _time = LoadedColumns.TimeOf(database);

    /// <summary>Replays sagas, in the order of their ids.</summary>
    /// <param name="since">Only those that moved since then, in UTC; all when absent.</param>
    /// <param name="only">Only these; all when absent.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<ReplayedSaga> Run(
        DateTimeOffset? since = null, IReadOnlyCollection<Guid>? only = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var holds = await RecordedHolds.Read(database, _newest.Name, cancellationToken);
        Guid? last = null;
        while (true)
        {
            var sagas = await Sagas(last, since, only, cancellationToken);
            if (sagas.Count == 0)
                yield break;
            last = sagas[^1].Id;
            var rows = await Rows(sagas, cancellationToken);
            foreach (var saga in sagas)
            {
                // The saga may have moved between the two reads.
                yield return await Replay(saga, [.. rows[saga.Id].Where(row => row.Seq <= saga.Version)], holds, cancellationToken);
            }
        }
    }

    Task<List<SagaRow>> Sagas(Guid? after, DateTimeOffset? since, IReadOnlyCollection<Guid>? only, CancellationToken cancellationToken)
    {
        var data = database.Dialect == Dialect.Sqlite ? "data" : "data::text";
        return database.Read(
            sql => sql.Query(
                $"""
                 SELECT kind, id, business_key, state, step, version, last_message_id, definition_version, {data}, deadline, created_at,
                     updated_at, completed_at, traceparent
                 FROM saga
                 WHERE kind = @kind {(after is null ? "" : "AND id > @after")} {(since is null ? "" : "AND updated_at >= @since")}
                     {(only is null ? "" : $"AND {database.Among("id", "only")}")}
                 ORDER BY id LIMIT {AtOnce}
                 """,
                row => JournalReader.Saga(row, _time),
                ("kind", _newest.Name), ("after", after ?? Guid.Empty), ("since", since ?? default), ("only", only?.ToArray() ?? [])),
            cancellationToken);
    }

    async Task<ILookup<Guid, JournalRow>> Rows(IReadOnlyList<SagaRow> sagas, CancellationToken cancellationToken) => (await database.Read(
        sql => sql.Query(
            $"""
             SELECT kind, saga_id, seq, message_id, message_type, event, from_state, to_state, outgoing, definition_version, actor,
                 trace_id, at, remark
             FROM journal WHERE kind = @kind AND {database.Among("saga_id", "ids")} ORDER BY saga_id, seq
             """,
            row => new JournalRow(
                row.GetString(0), row.GetGuid(1), row.GetInt64(2), row.GetGuid(3), row.GetString(4), row.GetString(5),
                JournalReader.Text(row, 6), row.GetString(7), row.GetString(8), row.GetInt32(9), JournalReader.Text(row, 10),
                JournalReader.Text(row, 11), _time(row, 12), JournalReader.Text(row, 13)),
            ("kind", _newest.Name), ("ids", sagas.Select(saga => saga.Id).ToArray())),
        cancellationToken)).ToLookup(row => row.SagaId);

    async Task<ReplayedSaga> Replay(
        SagaRow recorded, IReadOnlyList<JournalRow> rows, RecordedHolds holds, CancellationToken cancellationToken)
    {
        var store = new ReplayStore(database);
        await using var journal = new SagaJournal(store);
        var dispatcher = new SagaDispatcher(
            journal, new NoSender(), new StepBreaker(store, BreakerOptions.Off, NullLogger<StepBreaker>.Instance),
            new TransitionWatch(NullLogger<TransitionWatch>.Instance), NullLoggerFactory.Instance);
        string? difference;
        try
        {
            difference = await FirstDifference();
        }
        catch (JsonException e)
        {
            difference = $"its rows can't be read: {e.Message}";
        }

        return new(recorded.Id, recorded.BusinessKey, rows.Count, difference);

        async Task<string?> FirstDifference()
        {
            if (rows.Count != recorded.Version || rows.Where((row, i) => row.Seq != i + 1).Any())
                return $"it is at version {recorded.Version}, and its journal has {rows.Count} rows, not one for each";
            foreach (var row in rows)
            {
                if (await Difference(store, dispatcher, row, holds, cancellationToken) is { } difference)
                    return difference;
            }

            // Another version of the table may keep other data.
            var isOfTheseVersions = rows.All(row => versions.Any(kind => kind.DefinitionVersion == row.DefinitionVersion));
            return DifferenceOf(recorded, store.Saga!, alsoData: isOfTheseVersions);
        }
    }

    async Task<string?> Difference(
        ReplayStore store, SagaDispatcher dispatcher, JournalRow row, RecordedHolds holds, CancellationToken cancellationToken)
    {
        var kind = versions.FirstOrDefault(version => version.DefinitionVersion == row.DefinitionVersion) ?? _newest;
        var before = store.Saga = store.Saga is { } saga ? saga with { DefinitionVersion = kind.DefinitionVersion } : null;
        Decision? best = null;
        await foreach (var circumstances in Candidates(row, before, holds, cancellationToken))
        {
            store.Circumstances = circumstances;
            var decision = await Decide(store, dispatcher, kind, row, cancellationToken);
            if (best is null || (best.Difference is not null && decision.Difference is null) || decision.IsCertain)
                best = decision;
            if (best.IsCertain)
                break;
        }

        store.Saga = best!.After;
        if (best.Difference is null)
            return null;
        var by = kind.DefinitionVersion == row.DefinitionVersion
            ? "" : $" (by version {row.DefinitionVersion} of its table; replayed by version {kind.DefinitionVersion})";
        return $"transition {row.Seq}, {row.MessageType} at {row.At.UtcDateTime:u}{by}: {best.Difference}";
    }

    static async Task<Decision> Decide(
        ReplayStore store, SagaDispatcher dispatcher, ISagaKind kind, JournalRow row, CancellationToken cancellationToken)
    {
        store.Written = null;
        try
        {
            var envelope = Envelope.FromJson(row.Event);
            var message = (ISagaMessage)envelope.Message.Deserialize(kind.MessageType(envelope.MessageType), WireJson.Options)!;
            await dispatcher.Dispatch(
                new Delivery(kind, message, envelope, new Cause(row.Actor, null), IsRedelivery: false), cancellationToken);
        }
#pragma warning disable CA1031 // An exception while a transition is decided again is a finding about its saga.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return new(null, $"it is refused now: {e.GetBaseException().Message}", IsCertain: false);
        }

        if (store.Written is not { } written)
            return new(null, "it changes nothing now", IsCertain: false);
        var decided = written.Transitions.Single();
        var difference = DifferenceOf(row, decided);
        return new(written.Saga, difference, IsCertain: difference is null && decided.Remark == row.Remark);
    }

    async IAsyncEnumerable<Circumstances> Candidates(
        JournalRow row, SagaRow? before, RecordedHolds holds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var circumstances in holds.At(row.At, row.SagaId, before?.Version ?? 0))
            yield return circumstances;
        if (before is not null)
            yield break;
        // It may have been refused at its start, because another saga had its business key.
        var holder = await database.Read(
            sql => sql.First(
                """
                SELECT o.id FROM saga s JOIN saga o ON o.kind = s.kind AND o.business_key = s.business_key AND o.id <> s.id
                WHERE s.kind = @kind AND s.id = @id ORDER BY o.created_at LIMIT 1
                """,
                found => (Guid?)found.GetGuid(0), ("kind", row.Kind), ("id", row.SagaId)),
            cancellationToken);
        if (holder is not null)
            yield return new Circumstances(row.At) { KeyHolder = holder };
    }

    static string? DifferenceOf(JournalRow recorded, JournalRow decided)
    {
        if ((recorded.FromState, recorded.ToState) != (decided.FromState, decided.ToState))
            return $"{recorded.FromState ?? "nothing"} -> {recorded.ToState} is recorded, and now it is {decided.FromState ?? "nothing"} "
                + $"-> {decided.ToState}";
        var (sent, sends) = (OutgoingEnvelope.FromJson(recorded.Outgoing), OutgoingEnvelope.FromJson(decided.Outgoing));
        if (sent.Count != sends.Count || sent.Zip(sends).Any(pair => !IsSame(pair.First, pair.Second)))
            return $"it sent {Names(sent)}, and now it sends {Names(sends)}{(Names(sent) == Names(sends) ? ", with another content" : "")}";
        return null;
    }

    static string? DifferenceOf(SagaRow recorded, SagaRow replayed, bool alsoData)
    {
        if ((recorded.State, recorded.Step) != (replayed.State, replayed.Step))
            return $"it is {FlowState.Name(recorded.State, recorded.Step)}, and its journal leads to "
                + $"{FlowState.Name(replayed.State, replayed.Step)}";
        if (!alsoData)
            return null;
        using var stored = JsonDocument.Parse(recorded.Data);
        using var data = JsonDocument.Parse(replayed.Data);
        return JsonElement.DeepEquals(stored.RootElement, data.RootElement) ? null : "the column data is not what its journal leads to";
    }

    static bool IsSame(OutgoingEnvelope one, OutgoingEnvelope other) =>
        (one.Queue, one.Step, one.Attempt, one.IsUndo, one.MessageId, one.MessageType)
        == (other.Queue, other.Step, other.Attempt, other.IsUndo, other.MessageId, other.MessageType)
        && JsonElement.DeepEquals(one.Message, other.Message);

    static string Names(IReadOnlyList<OutgoingEnvelope> outgoing) =>
        outgoing.Count == 0 ? "nothing" : string.Join(", ", outgoing.Select(message => message.MessageType));

    // Remarks are for people, and another version may word them differently. An equal remark shows that the circumstances were these.
    sealed record Decision(SagaRow? After, string? Difference, bool IsCertain);

    sealed class NoSender : IOutgoingSender
    {
        public Task Send(
            ISagaKind kind, IReadOnlyList<OutgoingEnvelope> outgoing, CancellationToken cancellationToken, string? traceParent = null) =>
                Task.CompletedTask;
    }
}
