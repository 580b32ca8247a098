using System.Text.Json;
using Orchestrator.Contracts;
using Orchestrator.Journal;
using Orchestrator.Journal.Sqlite;
using Orchestrator.Simulation.Worlds;
using Orchestrator.Storage;

namespace Orchestrator.Simulation.Parties;

/// <summary>A deliberate mistake in the product, which the checks must find.</summary>
/// <param name="name">One of <see cref="All"/>; null for no mistake.</param>
public sealed partial class Defect(string? name)
{
    /// <summary>A transition is written even if another process has moved the saga meanwhile.</summary>
    public const string SkipTheVersionGuard = "skip-the-version-guard";

    /// <summary>A redelivery does not send the messages of its transition again.</summary>
    public const string ForgetToPublishAgain = "forget-to-publish-again";

    /// <summary>A message that was handled before is handled again.</summary>
    public const string ForgetWhatWasSeen = "forget-what-was-seen";

    /// <summary>Messages go out before their transition is written.</summary>
    public const string PublishBeforeTheCommit = "publish-before-the-commit";

    /// <summary>Messages are acknowledged before they are handled.</summary>
    public const string AcknowledgeFirst = "acknowledge-first";

    /// <summary>The saga is written, and its journal is not.</summary>
    public const string ForgetTheJournal = "forget-the-journal";

    /// <summary>A deadline that has been moved is acted on.</summary>
    public const string TakeAStaleDeadline = "take-a-stale-deadline";

    /// <summary>A saga gets no deadline in time.</summary>
    public const string ForgetTheDeadline = "forget-the-deadline";

    /// <summary>A step is tried without end.</summary>
    public const string ResetTheAttempts = "reset-the-attempts";

    /// <summary>A step whose answer never came is not undone.</summary>
    public const string CompensateOnlyKnownSuccesses = "compensate-only-known-successes";

    /// <summary>A cancellation turns the saga back although its pivot has been sent.</summary>
    public const string CancelAfterThePivot = "cancel-after-the-pivot";

    /// <summary>No event tells of the saga's end.</summary>
    public const string ForgetTheEnd = "forget-the-end";

    /// <summary>A saga is suspended without a reason.</summary>
    public const string SuspendWithoutAReason = "suspend-without-a-reason";

    /// <summary>A saga that does not move is told of its deadline every five seconds, without end.</summary>
    public const string LeaseWithoutGrowth = "lease-without-growth";

    /// <summary>A worker leases the deadlines of sagas whose definition it does not have.</summary>
    public const string LeaseNewerDefinitions = "lease-newer-definitions";

    /// <summary>A message keeps its slot while a queue takes no messages.</summary>
    public const string HoldTheSlotWhileAQueueIsFull = "hold-the-slot-while-a-queue-is-full";

    /// <summary>A commit waits without limit for a locked row.</summary>
    public const string WaitForTheLockedRow = "wait-for-the-locked-row";

    /// <summary>A message that was deferred too often is set aside.</summary>
    public const string CountADeferralAsAnAttempt = "count-a-deferral-as-an-attempt";

    /// <summary>A deferred message comes again as if it had never come before.</summary>
    public const string ForgetThatADeferredMessageComesAgain = "forget-that-a-deferred-message-comes-again";

    /// <summary>The clock of the host decides which deadlines have passed.</summary>
    public const string SweepByTheHostClock = "sweep-by-the-host-clock";

    /// <summary>The messages of a frozen process are lost, as if it had handled them.</summary>
    public const string ForgetTheMessagesOfAFrozenProcess = "forget-the-messages-of-a-frozen-process";

    /// <summary>A process that reaches the broker again before the database never receives from one of its queues again.</summary>
    public const string StayDeafAfterADoubleOutage = "stay-deaf-after-a-double-outage";

    /// <summary>An event that no queue took counts as sent.</summary>
    public const string PublishIntoALostBinding = "publish-into-a-lost-binding";

    /// <summary>A message that the broker does not take during an alarm counts as sent.</summary>
    public const string GiveUpWhileTheBrokerIsAlarmed = "give-up-while-the-broker-is-alarmed";

    /// <summary>An answer that ends the breaker's hold also releases an operator's hold.</summary>
    public const string ReleaseTheOperatorsHold = "release-the-operators-hold";

    /// <summary>The breaker holds no undo, so sagas give up undos that get no answer.</summary>
    public const string ForgetTheUndosOfASilentStep = "forget-the-undos-of-a-silent-step";

    /// <summary>The breaker lets a held step be tried only once. Without an answer the step stays held for ever.</summary>
    public const string TryASilentStepOnce = "try-a-silent-step-once";

    /// <summary>A message of an unknown type is set aside, although another replica may know the type.</summary>
    public const string SetAsideUnknownTypes = "set-aside-unknown-types";

    /// <summary>An outcome that comes again with more fields counts as another message.</summary>
    public const string CompareTheWholeMessage = "compare-the-whole-message";

    /// <summary>Seen messages are found by their message id alone, without their type.</summary>
    public const string OneNamespaceForAllIds = "one-namespace-for-all-ids";

    /// <summary>A saga in a state that the new table does not have can't continue.</summary>
    public const string StrandRegroupedSagas = "strand-regrouped-sagas";

    /// <summary>A definition continues sagas that have attempted a step which it does not have any more.</summary>
    public const string TakeOverARemovedStep = "take-over-a-removed-step";

    /// <summary>When a success comes after its undo, the second undo is sent and its answer is not awaited.</summary>
    public const string ForgetToAwaitALateUndo = "forget-to-await-a-late-undo";

    /// <summary>The time limit of a saga does not stop while its step is held, when the answer comes during the hold.</summary>
    public const string LetTheLimitRunWhileHeld = "let-the-limit-run-while-held";

    /// <summary>A resumed saga gets no new time limit.</summary>
    public const string ResumeWithoutANewLimit = "resume-without-a-new-limit";

    /// <summary>A different submission with the same id counts as a copy of the first.</summary>
    public const string ForgetTheConflict = "forget-the-conflict";

    /// <summary>The reason for giving up does not name the message that came instead of an answer.</summary>
    public const string ForgetWhatCameInstead = "forget-what-came-instead";

    /// <summary>The pause after many attempts is too long for a TimeSpan.</summary>
    public const string OverflowThePause = "overflow-the-pause";

    /// <summary>An event from outside that comes before its saga is set aside.</summary>
    public const string SetAsideAnEarlyEvent = "set-aside-an-early-event";

    /// <summary>When an operator resolves a step as done while its undo is awaited, the step counts as undone.</summary>
    public const string TakeDoneForUndone = "take-done-for-undone";

    /// <summary>The last event of a finished saga is used as the message of its end, even if it is only an answer.</summary>
    public const string RepairWithTheLastAnswer = "repair-with-the-last-answer";

    /// <summary>A copy of an operator's hold or release is carried out again.</summary>
    public const string CarryOutAHoldAgain = "carry-out-a-hold-again";

    /// <summary>A refused login at the database counts as a failure of the message.</summary>
    public const string GiveUpOnARefusedLogin = "give-up-on-a-refused-login";

    /// <summary>A forged message is redriven like other dead letters.</summary>
    public const string RedriveWhatWasForged = "redrive-what-was-forged";

    /// <summary>The names of all mistakes.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        SkipTheVersionGuard, ForgetToPublishAgain, ForgetWhatWasSeen, PublishBeforeTheCommit, AcknowledgeFirst, ForgetTheJournal,
        TakeAStaleDeadline,
        ForgetTheDeadline, ResetTheAttempts, CompensateOnlyKnownSuccesses, CancelAfterThePivot, ForgetTheEnd, SuspendWithoutAReason,
        LeaseWithoutGrowth, LeaseNewerDefinitions, HoldTheSlotWhileAQueueIsFull, WaitForTheLockedRow,
        CountADeferralAsAnAttempt, ForgetThatADeferredMessageComesAgain, SweepByTheHostClock, ForgetTheMessagesOfAFrozenProcess,
        StayDeafAfterADoubleOutage, PublishIntoALostBinding, GiveUpWhileTheBrokerIsAlarmed, ReleaseTheOperatorsHold,
        ForgetTheUndosOfASilentStep, TryASilentStepOnce,
        SetAsideUnknownTypes, CompareTheWholeMessage, OneNamespaceForAllIds, StrandRegroupedSagas, TakeOverARemovedStep,
        ForgetToAwaitALateUndo,
        LetTheLimitRunWhileHeld, ResumeWithoutANewLimit, ForgetTheConflict, ForgetWhatCameInstead, OverflowThePause, SetAsideAnEarlyEvent,
        TakeDoneForUndone, RepairWithTheLastAnswer, CarryOutAHoldAgain, GiveUpOnARefusedLogin, RedriveWhatWasForged,
    ];

    /// <summary>Whether this is the mistake with this name.</summary>
    public bool Is(string defect) => name == defect;

    /// <summary>The journal's store. With a mistake one of its guards is missing.</summary>
    /// <param name="store">The store.</param>
    /// <param name="version">The version of the definition that uses it.</param>
    internal IJournalStore Of(IJournalStore store, int version) =>
        name is SkipTheVersionGuard or ForgetWhatWasSeen or ForgetTheJournal or TakeOverARemovedStep
        ? new CarelessStore(store, version, this) : store;

    /// <summary>The exception for a message whose type the replica does not know.</summary>
    internal Exception UnknownType(Type type) => Is(SetAsideUnknownTypes)
        ? new RejectedMessageException($"no handler for {type.Name}")
        : new DeferredMessageException($"this version does not know {type.Name}; it waits for a replica that does");

    /// <summary>The exception for a refused login.</summary>
    internal Exception RefusedLogin()
    {
        const string Reason = "the database refuses the login";
        return Is(GiveUpOnARefusedLogin) ? new InvalidOperationException(Reason) : new DatabaseAwayException(Reason);
    }

    /// <summary>The message id of an operator's command. A copy has the same id.</summary>
    internal Guid OfCommand(Guid id, int time) =>
        Is(CarryOutAHoldAgain) ? DerivedId.From(id.ToString(), FormattableString.Invariant($"{time}")) : id;

    /// <summary>The last messages of a finished saga.</summary>
    internal Task<IReadOnlyList<OutgoingEnvelope>> LastMessages(
        MemoryDatabase store, ISagaKind kind, Guid saga, IEnumerable<OutgoingEnvelope> all) =>
        Is(RepairWithTheLastAnswer)
        ? Task.FromResult<IReadOnlyList<OutgoingEnvelope>>([.. all.Where(sent => sent.IsEvent).TakeLast(1)])
        : Journal.LastMessages.Of(new SqliteJournalStore(store), kind, saga);

    /// <summary>Compares a message with the seen message of the same id.</summary>
    internal void CheckWhatWasSeen(MemoryDatabase store, Envelope message)
    {
        if (!Is(OneNamespaceForAllIds) && !Is(CompareTheWholeMessage))
            return;
        var seen = store.ReadNow(sql => sql.First(
            "SELECT event FROM journal WHERE saga_id = @saga AND message_id = @id", row => Envelope.FromJson(row.GetString(0)),
            ("saga", message.CorrelationId), ("id", message.MessageId)));
        if (seen is null)
            return;
        var isSameType = seen.MessageType == message.MessageType;
        if (Is(OneNamespaceForAllIds) ? !isSameType : isSameType && !JsonElement.DeepEquals(seen.Message, message.Message))
            throw new RejectedMessageException($"{message.MessageType} {message.MessageId} differs from what was seen");
    }

    sealed class CarelessStore(IJournalStore store, int version, Defect defect) : IJournalStore
    {
        public Database Database => store.Database;

        public async Task<IReadOnlyList<Loaded>> Load(IReadOnlyList<LoadRequest> requests, CancellationToken cancellationToken)
        {
            var loaded = await store.Load(requests, cancellationToken);
            if (defect.Is(TakeOverARemovedStep))
            {
                return [.. loaded.Select(one => one.Saga is { } saga && saga.DefinitionVersion < version
                    ? one with { Saga = saga with { DefinitionVersion = version } }
                    : one)];
            }

            return defect.Is(ForgetWhatWasSeen) ? [.. loaded.Select(one => one with { Seen = null })] : loaded;
        }

        public async Task<IReadOnlyList<bool>> Commit(IReadOnlyList<SagaWrite> writes, CancellationToken cancellationToken)
        {
            if (defect.Is(SkipTheVersionGuard))
                writes = await Moved(writes, cancellationToken);
            var written = await store.Commit(writes, cancellationToken);
            if (defect.Is(ForgetTheJournal))
            {
                foreach (var row in writes.SelectMany(write => write.Transitions).Where(row => row.Seq > 2))
                {
                    await Database.Write(
                        sql => sql.Execute(
                            "DELETE FROM journal WHERE kind = @kind AND saga_id = @id AND seq = @seq", ("kind", row.Kind),
                            ("id", row.SagaId), ("seq", row.Seq)),
                        cancellationToken);
                }
            }

            return written;
        }

        public Task<DateTimeOffset> Now(CancellationToken cancellationToken) => store.Now(cancellationToken);

        public bool IsOutage(Exception exception) => store.IsOutage(exception);

        async Task<IReadOnlyList<SagaWrite>> Moved(IReadOnlyList<SagaWrite> writes, CancellationToken cancellationToken)
        {
            var stored = await store.Load(
                [.. writes.Select(write => new LoadRequest(write.Saga.Kind, write.Saga.Id, write.Saga.LastMessageId))], cancellationToken);
            return [.. writes.Zip(stored, (write, now) => now.Saga is null ? write : write with
            {
                Before = now.Saga,
                Saga = write.Saga with { Version = now.Saga.Version + write.Transitions.Count },
                Transitions = [.. write.Transitions.Select((row, i) => row with { Seq = now.Saga.Version + 1 + i })],
            })];
        }
    }
}
