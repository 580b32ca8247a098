using Orchestrator.Contracts;
using Orchestrator.Journal.Telemetry;
using Orchestrator.Storage;

namespace Orchestrator.Journal;

/// <summary>Load, decide, commit: how a message moves a saga exactly once, in two round trips and one commit.</summary>
/// <remarks>
/// It knows neither the bus nor the broker: production, a simulator and the replay use it in the same way. The caller sends what it
/// returns, and then acknowledges the message. If the process dies before, the message comes again, and the journal returns what is still
/// of use. So the unacknowledged message does the work of an outbox's poller.
/// </remarks>
public sealed class SagaJournal : IAsyncDisposable
{
    /// <summary>The party that sagas send as.</summary>
    public const string Party = "orchestrator";

    const int LargestBatch = 256, MostTries = 16;

    readonly IJournalStore _store;
    readonly SagaLines _lines;
    readonly Coalescer<Guid, IReadOnlyList<LoadRequest>, IReadOnlyList<Loaded>> _loads;
    readonly SharedWrites<Guid, SagaWrite, bool> _commits;
    readonly CancellationTokenSource _stopping = new();

    /// <summary>A journal in a store of either dialect.</summary>
    public SagaJournal(IJournalStore store)
    {
        _store = store;
        _lines = new SagaLines(Take);
        _loads = new Coalescer<Guid, IReadOnlyList<LoadRequest>, IReadOnlyList<Loaded>>(Load, requests => requests[0].SagaId, LargestBatch);
        _commits = new SharedWrites<Guid, SagaWrite, bool>(
            store.Database, writes => Committed(writes, store.Commit), writes => Committed(writes, store.CommitFree), write =>
                write.Saga.Id, LargestBatch);
    }

    /// <summary>Lets a message move a saga.</summary>
    /// <param name="delivery">The message.</param>
    /// <param name="decide">What the message changes. It is run again when another process moved the saga meanwhile.</param>
    /// <param name="cancellationToken">Ends the waiting for a store that is away.</param>
    /// <returns>What is to be sent before the message is acknowledged.</returns>
    /// <exception cref="RejectedMessageException">The message's id is known with another content.</exception>
    /// <exception cref="DeferredMessageException">Another session keeps the saga's row locked; the message has moved nothing.</exception>
    /// <exception cref="NewerDefinitionException">The saga runs on a newer definition than this process has.</exception>
    /// <exception cref="RemovedStepException">The saga has attempted a step that this process's definition no longer has.</exception>
    public Task<IReadOnlyList<OutgoingEnvelope>> Handle(
        Delivery delivery, Func<Loaded, SagaChange> decide, CancellationToken cancellationToken) =>
        _lines.Join(new WaitingMessage(delivery, decide, cancellationToken));

    /// <summary>
    /// The recorded messages of a transition that are still of use: its events, and its commands whose outcome is still awaited.
    /// </summary>
    public static IReadOnlyList<OutgoingEnvelope> StillOfUse(ISagaKind kind, SagaRow saga, IReadOnlyList<OutgoingEnvelope> outgoing) =>
        [.. outgoing.Where(message => message.IsEvent || kind.IsAwaited(saga, message))];

    /// <summary>Waits for the batches that are under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loads.DisposeAsync();
        await _commits.DisposeAsync();
        _stopping.Dispose();
    }

    async Task<DeferredMessageException?> Take(IReadOnlyList<WaitingMessage> messages)
    {
        var left = messages;
        try
        {
            while (left.Count > 0)
                left = await Try(left);
            return null;
        }
#pragma warning disable CA1031 // The exception goes to the callers that wait for the messages.
        catch (Exception e)
#pragma warning restore CA1031
        {
            // A locked row is locked for all messages of the saga.
            if (left.Count == 1 || e is DeferredMessageException)
            {
                foreach (var message in left)
                    message.Fail(e);
                return e as DeferredMessageException;
            }

            // One of the messages can't be written. Each is tried alone, so that only this one fails.
            DeferredMessageException? deferral = null;
            foreach (var message in Again(left))
            {
                if (deferral is null)
                    deferral = await Take([message]);
                else
                    message.Fail(deferral);
            }

            return deferral;
        }
    }

    /// <summary>Decides messages of one saga, each on the state that the one before it left, and writes all in one commit.</summary>
    /// <returns>The messages that must start again.</returns>
    async Task<IReadOnlyList<WaitingMessage>> Try(IReadOnlyList<WaitingMessage> messages)
    {
        var loaded = await _loads.Run([.. messages.Select(message => message.Request)]);
        var batch = new SagaBatch(loaded[0].Saga);
        var place = 0;
        while (place < messages.Count && batch.Decide(messages[place], loaded[place]))
            place++;

        // Nothing cancels the wait from here on, because the outcome is not known until the store has answered. A message that made no
        // transition waits too: its decision may rest on a transition of this batch.
        if (batch.Write is { } write && !await _commits.Run(write))
            return Again(messages);
        batch.Succeed();
        return Again(messages.Skip(place));
    }

    static List<WaitingMessage> Again(IEnumerable<WaitingMessage> messages)
    {
        var again = messages.Where(message => message.StartAgain()).ToList();
        foreach (var message in again.Where(message => message.Tries >= MostTries))
            message.Fail(MovedByOthers(message));
        again.RemoveAll(message => message.Tries >= MostTries);
        return again;
    }

    async Task<IReadOnlyList<IReadOnlyList<Loaded>>> Load(IReadOnlyList<IReadOnlyList<LoadRequest>> batches)
    {
        var requests = batches.SelectMany(batch => batch).ToList();
        var loaded = await Measured("load", requests.Count, () => _store.Load(requests, _stopping.Token), _store.IsOutage);
        var (answers, from) = (new IReadOnlyList<Loaded>[batches.Count], 0);
        for (var i = 0; i < answers.Length; from += batches[i++].Count)
            answers[i] = [.. Enumerable.Range(from, batches[i].Count).Select(place => loaded[place])];
        return answers;
    }

    static InvalidOperationException MovedByOthers(WaitingMessage message) => new(
        $"{message.Kind.Name} {message.SagaId} was moved by others {MostTries} times while {message.Envelope.MessageType} "
        + $"{message.Envelope.MessageId} was being decided; the message is to be delivered again");

    // A locked row is no outage: only its saga waits for it.
    Task<T> Committed<T>(IReadOnlyList<SagaWrite> writes, Func<IReadOnlyList<SagaWrite>, CancellationToken, Task<T>> commit) => Measured(
        "commit", writes.Sum(write => write.Transitions.Count), () => commit(writes, _stopping.Token),
        e => _store.IsOutage(e) && !_store.Database.IsLocked(e));

    Task<T> Measured<T>(string operation, int messages, Func<Task<T>> attempt, Func<Exception, bool> isAway) => JournalInstruments.Measure(
        operation, messages, _store.Database.Time, () => _store.Database.UntilItAnswers(attempt, isAway, _stopping.Token));
}
