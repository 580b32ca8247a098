using System.Text.Json;
using Orchestrator.Contracts;
using Orchestrator.Journal;
using Orchestrator.Journal.Sqlite;
using Orchestrator.Simulation.Worlds;
using Orchestrator.Storage;

namespace Orchestrator.Simulation.Parties;

/// <summary>A deliberate mistake, to see that the checks find it.</summary>
/// <param name="name">One of <see cref="All"/>; none when absent.</param>
public sealed partial class Defect(string? name)
{
    /// <summary>A transition is written whether or not somebody else moved the saga meanwhile.</summary>
    public const string SkipTheVersionGuard = "skip-the-version-guard";

    /// <summary>A message that was handled before is taken for a copy that somebody else has seen to.</summary>
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

    /// <summary>Deadlines are not kept.</summary>
    public const string ForgetTheDeadline = "forget-the-deadline";

    /// <summary>A step is tried without end.</summary>
    public const string ResetTheAttempts = "reset-the-attempts";

    /// <summary>A step whose answer never came is not undone.</summary>
    public const string CompensateOnlyKnownSuccesses = "compensate-only-known-successes";

    /// <summary>Cancelling writes the saga back although its pivot has been sent.</summary>
    public const string CancelAfterThePivot = "cancel-after-the-pivot";

    /// <summary>Nobody is told of the end.</summary>
    public const string ForgetTheEnd = "forget-the-end";

    /// <summary>Nobody says why an operator is needed.</summary>
    public const string SuspendWithoutAReason = "suspend-without-a-reason";

    /// <summary>A saga that does not move is told of its deadline every five seconds, for ever.</summary>
    public const string LeaseWithoutGrowth = "lease-without-growth";

    /// <summary>A worker leases the deadlines of sagas whose definition it does not have.</summary>
    public const string LeaseNewerDefinitions = "lease-newer-definitions";

    /// <summary>A message keeps its slot for as long as a queue takes nothing.</summary>
    public const string HoldTheSlotWhileAQueueIsFull = "hold-the-slot-while-a-queue-is-full";

    /// <summary>A commit waits for as long as one of its rows is locked.</summary>
    public const string WaitForTheLockedRow = "wait-for-the-locked-row";

    /// <summary>A message that was deferred too often is set aside.</summary>
    public const string CountADeferralAsAnAttempt = "count-a-deferral-as-an-attempt";

    /// <summary>A deferred message comes again as if it had never come before.</summary>
    public const string ForgetThatADeferredMessageComesAgain = "forget-that-a-deferred-message-comes-again";

    /// <summary>The clock of the host decides which deadlines have passed.</summary>
    public const string SweepByTheHostClock = "sweep-by-the-host-clock";

    /// <summary>What a frozen process held is taken for handled.</summary>
    public const string ForgetTheMessagesOfAFrozenProcess = "forget-the-messages-of-a-frozen-process";

    /// <summary>A process that finds the broker again before the database never receives from one of its queues.</summary>
    public const string StayDeafAfterADoubleOutage = "stay-deaf-after-a-double-outage";

    /// <summary>An event that no queue took is taken for sent.</summary>
    public const string PublishIntoALostBinding = "publish-into-a-lost-binding";

    /// <summary>A message that the broker does not take because of an alarm is taken for sent.</summary>
    public const string GiveUpWhileTheBrokerIsAlarmed = "give-up-while-the-broker-is-alarmed";

    /// <summary>When an answer comes, an operator's hold is released too.</summary>
    public const string ReleaseTheOperatorsHold = "release-the-operators-hold";

    /// <summary>The breaker holds no undo: sagas give up on those that nobody answers.</summary>
    public const string ForgetTheUndosOfASilentStep = "forget-the-undos-of-a-silent-step";

    /// <summary>A held step is tried once: if that has no answer, it stays held.</summary>
    public const string TryASilentStepOnce = "try-a-silent-step-once";

    /// <summary>A message whose type is not known is set aside, although another replica may know it.</summary>
    public const string SetAsideUnknownTypes = "set-aside-unknown-types";

    /// <summary>An outcome that comes again and says more than before is taken for another one.</summary>
    public const string CompareTheWholeMessage = "compare-the-whole-message";

    /// <summary>What was seen is looked up by its message id alone, whatever type it was of.</summary>
    public const string OneNamespaceForAllIds = "one-namespace-for-all-ids";

    /// <summary>A saga that stands where the table never waits is not understood any more.</summary>
    public const string StrandRegroupedSagas = "strand-regrouped-sagas";

    /// <summary>A definition takes over sagas that have attempted a step which it no longer has.</summary>
    public const string TakeOverARemovedStep = "take-over-a-removed-step";

    /// <summary>The undo of a success that came after its undo is sent, and nobody waits for its answer.</summary>
    public const string ForgetToAwaitALateUndo = "forget-to-await-a-late-undo";

    /// <summary>The time limit of a saga does not stand still when the answer comes while its step is held.</summary>
    public const string LetTheLimitRunWhileHeld = "let-the-limit-run-while-held";

    /// <summary>A saga that is resumed has no more time than before.</summary>
    public const string ResumeWithoutANewLimit = "resume-without-a-new-limit";

    /// <summary>Another submission under the same id is taken for the first that came again.</summary>
    public const string ForgetTheConflict = "forget-the-conflict";

    /// <summary>Nobody says what came in the place of an answer.</summary>
    public const string ForgetWhatCameInstead = "forget-what-came-instead";

    /// <summary>The pause after many attempts is more than a time can hold.</summary>
    public const string OverflowThePause = "overflow-the-pause";

    /// <summary>What comes from outside before its saga is known is set aside.</summary>
    public const string SetAsideAnEarlyEvent = "set-aside-an-early-event";

    /// <summary>A step that an operator says is done is taken for undone when its undo is awaited.</summary>
    public const string TakeDoneForUndone = "take-done-for-undone";

    /// <summary>A finished saga's last answer, to whomever, is taken for the message of its end.</summary>
    public const string RepairWithTheLastAnswer = "repair-with-the-last-answer";

    /// <summary>An operator's command that holds a step or lets it go is carried out as often as it comes.</summary>
    public const string CarryOutAHoldAgain = "carry-out-a-hold-again";

    /// <summary>A database that refuses logins is taken for a failure of the message.</summary>
    public const string GiveUpOnARefusedLogin = "give-up-on-a-refused-login";

    /// <summary>What was set aside for its origin is sent back like everything else.</summary>
    public const string RedriveWhatWasForged = "redrive-what-was-forged";

    /// <summary>Their names.</summary>
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

    /// <summary>Whether it is this one.</summary>
    public bool Is(string defect) => name == defect;

    /// <summary>The journal's store, perhaps without one of its guards.</summary>
    /// <param name="store">The store.</param>
    /// <param name="version">The version of the definition that uses it.</param>
    internal IJournalStore Of(IJournalStore store, int version) =>
        name is SkipTheVersionGuard or ForgetWhatWasSeen or ForgetTheJournal or TakeOverARemovedStep
        ? new CarelessStore(store, version, this) : store;

    /// <summary>What becomes of a message whose type the replica does not know.</summary>
    internal Exception UnknownType(Type type) => Is(SetAsideUnknownTypes)
        ? new RejectedMessageException($"nobody handles {type.Name}")
        : new DeferredMessageException($"this version does not know {type.Name}; it waits for a replica that does");

    /// <summary>How a refused login is understood.</summary>
    internal Exception RefusedLogin()
    {
        const string Reason = "the database refuses the login";
        return Is(GiveUpOnARefusedLogin) ? new InvalidOperationException(Reason) : new DatabaseAwayException(Reason);
    }

    /// <summary>The message id of an operator's command, of which the second is the same one that came again.</summary>
    internal Guid OfCommand(Guid id, int time) =>
        Is(CarryOutAHoldAgain) ? DerivedId.From(id.ToString(), FormattableString.Invariant($"{time}")) : id;

    /// <summary>What a finished saga said last.</summary>
    internal Task<IReadOnlyList<OutgoingEnvelope>> LastMessages(
        MemoryDatabase store, ISagaKind kind, Guid saga, IEnumerable<OutgoingEnvelope> all) =>
        Is(RepairWithTheLastAnswer)
        ? Task.FromResult<IReadOnlyList<OutgoingEnvelope>>([.. all.Where(sent => sent.IsEvent).TakeLast(1)])
        : Journal.LastMessages.Of(new SqliteJournalStore(store), kind, saga);

    /// <summary>Compares a message with what was seen of its id.</summary>
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
