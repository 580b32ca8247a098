using Orchestrator.Contracts;
using Orchestrator.Journal.Telemetry;
using Orchestrator.Sagas.Engine;
using Orchestrator.Storage;

namespace Orchestrator.Journal;

/// <summary>Load, decide, commit: how a message moves a saga exactly once, in two round trips and one commit.</summary>
/// <remarks>
/// It knows neither the bus nor the broker: the saga repository, a simulator and a replayer call it alike. The caller
/// sends what it returns, and acknowledges the message after that. If the process dies before, the message comes again
/// and the journal returns what is still of use: the unacknowledged message is the outbox's trigger.
/// </remarks>
public sealed class SagaJournal : IAsyncDisposable
{
    const int LargestBatch = 128, MostTries = 16;

    readonly IJournalStore _store;
    readonly StripedLocks _locks = new();
    readonly Coalescer<Guid, LoadRequest, Loaded> _loads;
    readonly Coalescer<Guid, Transition, bool> _commits;
    readonly CancellationTokenSource _stopping = new();

    /// <summary>A journal in a store of either dialect.</summary>
    public SagaJournal(IJournalStore store)
    {
        _store = store;
        _loads = new Coalescer<Guid, LoadRequest, Loaded>(
            requests => Measured("load", requests.Count, () => store.Load(requests, _stopping.Token)), request => request.SagaId, LargestBatch);
        _commits = new Coalescer<Guid, Transition, bool>(
            transitions => Measured("commit", transitions.Count, () => store.Commit(transitions, _stopping.Token)), transition => transition.Saga.Id, LargestBatch);
    }

    /// <summary>Lets a message move a saga.</summary>
    /// <param name="kind">The kind of saga.</param>
    /// <param name="sagaId">The correlation id.</param>
    /// <param name="message">The message.</param>
    /// <param name="cause">Who and what is behind it.</param>
    /// <param name="isRedelivery">
    /// Whether this very message may have been handled before without having been acknowledged, so that what it caused may
    /// never have been sent. Another copy of it is none: whoever has the first sends, or does not acknowledge; if copies
    /// sent too, they would multiply from hop to hop.
    /// </param>
    /// <param name="decide">What the message changes; run again when somebody else moved the saga meanwhile.</param>
    /// <param name="cancellationToken">Ends the waiting for a store that is away.</param>
    /// <returns>What is to be sent before the message is acknowledged.</returns>
    /// <exception cref="RejectedMessageException">The message's id is known with another content.</exception>
    /// <exception cref="NewerDefinitionException">The saga runs on a newer definition than this process has.</exception>
    public async Task<IReadOnlyList<OutgoingEnvelope>> Handle(
        ISagaKind kind, Guid sagaId, Envelope message, Cause cause, bool isRedelivery, Func<Loaded, Task<Decided>> decide, CancellationToken cancellationToken)
    {
        using var held = await _locks.Enter(sagaId, cancellationToken);
        for (var attempt = 1; attempt <= MostTries; attempt++)
        {
            var loaded = await _loads.Run(new LoadRequest(kind.Name, sagaId, message.MessageId)).WaitAsync(cancellationToken);
            if (loaded.Saga is { } saga && saga.DefinitionVersion > kind.DefinitionVersion)
                throw new NewerDefinitionException(kind.Name, sagaId, saga.DefinitionVersion, kind.DefinitionVersion);
            if (loaded.Seen is { } seen)
            {
                var recorded = SeenBefore(seen, message);
                // After a first attempt, the row may be our own: written by a commit whose answer was lost.
                return isRedelivery || attempt > 1 ? StillOfUse(kind, loaded.Saga!, recorded) : [];
            }

            var decided = await decide(loaded);
            if (!decided.IsRecorded)
                return decided.Outgoing;
            // From here on the outcome is not known until the store has answered, so nothing cancels the wait for it.
            if (await _commits.Run(TransitionOf(kind, sagaId, message, cause, loaded, decided)))
                return decided.Outgoing;
        }

        throw new InvalidOperationException(
            $"{kind.Name} {sagaId} was moved by others {MostTries} times while {message.MessageType} {message.MessageId} was being decided; the message is to be delivered again");
    }

    /// <summary>Of what a saga's transition recorded, that which somebody still waits for: its events, and its commands that are still awaited.</summary>
    public static IReadOnlyList<OutgoingEnvelope> StillOfUse(ISagaKind kind, SagaRow saga, IReadOnlyList<OutgoingEnvelope> outgoing) =>
        [.. outgoing.Where(message => message.IsEvent || kind.IsAwaited(saga, message))];

    /// <summary>Waits for what is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loads.DisposeAsync();
        await _commits.DisposeAsync();
        _stopping.Dispose();
    }

    static IReadOnlyList<OutgoingEnvelope> SeenBefore(JournalRow seen, Envelope message) =>
        Envelope.FromJson(seen.Event).SaysTheSameAs(message)
            ? OutgoingEnvelope.FromJson(seen.Outgoing)
            : throw new RejectedMessageException(
                $"{message.MessageType} {message.MessageId} differs from the {seen.MessageType} of the same message id that {seen.Kind} {seen.SagaId} has seen as its transition {seen.Seq}");

    static Transition TransitionOf(ISagaKind kind, Guid sagaId, Envelope message, Cause cause, Loaded loaded, Decided decided)
    {
        var (before, now) = (loaded.Saga, loaded.Now);
        var seq = (before?.Version ?? 0) + 1;
        var traceParent = before?.TraceParent ?? cause.TraceParent;
        return new Transition(
            new SagaRow(
                kind.Name, sagaId, decided.BusinessKey, decided.State, decided.Step, seq, message.MessageId, kind.DefinitionVersion,
                decided.Data, decided.Deadline, before?.CreatedAt ?? now, now, decided.IsTerminal ? before?.CompletedAt ?? now : null, traceParent),
            new JournalRow(
                kind.Name, sagaId, seq, message.MessageId, message.MessageType, message.ToJson(), decided.FromState, decided.ToState,
                OutgoingEnvelope.ToJson(decided.Outgoing), kind.DefinitionVersion, cause.Actor, Cause.TraceId(traceParent), now, decided.Remark),
            before);
    }

    Task<T> Measured<T>(string operation, int messages, Func<Task<T>> attempt) => JournalInstruments.Measure(
        operation, messages, _store.Database.Time, () => _store.Database.UntilItAnswers(attempt, _store.IsOutage, _stopping.Token));
}
