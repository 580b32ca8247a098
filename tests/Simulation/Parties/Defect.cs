using System.Collections.Immutable;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Journal;
using Orchestrator.Sagas.Engine;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Simulation.Parties;

/// <summary>A deliberate mistake, to see that the checks find it.</summary>
/// <param name="name">One of <see cref="All"/>; none when absent.</param>
sealed class Defect(string? name)
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

    /// <summary>Cancelling turns the saga back although its pivot has been sent.</summary>
    public const string CancelAfterThePivot = "cancel-after-the-pivot";

    /// <summary>Nobody is told of the end.</summary>
    public const string ForgetTheEnd = "forget-the-end";

    /// <summary>Nobody says why an operator is needed.</summary>
    public const string SuspendWithoutAReason = "suspend-without-a-reason";

    /// <summary>Stock is reserved although it was released before.</summary>
    public const string IgnoreTombstones = "ignore-tombstones";

    /// <summary>Stock is not let go of when its order is fulfilled.</summary>
    public const string IgnoreTheEnd = "ignore-the-end";

    /// <summary>The gateway is asked under another key each time.</summary>
    public const string NewKeyForEachTry = "new-key-for-each-try";

    /// <summary>A void is noted in our books and not made at the gateway.</summary>
    public const string VoidOnlyOurBooks = "void-only-our-books";

    /// <summary>A shipment that was never booked is not noted as cancelled.</summary>
    public const string ForgetTheCancelledShipment = "forget-the-cancelled-shipment";

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

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        SkipTheVersionGuard, ForgetToPublishAgain, ForgetWhatWasSeen, PublishBeforeTheCommit, AcknowledgeFirst, ForgetTheJournal, TakeAStaleDeadline,
        ForgetTheDeadline, ResetTheAttempts, CompensateOnlyKnownSuccesses, CancelAfterThePivot, ForgetTheEnd, SuspendWithoutAReason, IgnoreTombstones,
        IgnoreTheEnd, NewKeyForEachTry, VoidOnlyOurBooks, ForgetTheCancelledShipment, LeaseWithoutGrowth, LeaseNewerDefinitions, HoldTheSlotWhileAQueueIsFull,
        WaitForTheLockedRow, CountADeferralAsAnAttempt, ForgetThatADeferredMessageComesAgain, SweepByTheHostClock, ForgetTheMessagesOfAFrozenProcess,
        StayDeafAfterADoubleOutage, PublishIntoALostBinding, GiveUpWhileTheBrokerIsAlarmed, ReleaseTheOperatorsHold, ForgetTheUndosOfASilentStep, TryASilentStepOnce,
    ];

    /// <summary>Whether it is this one.</summary>
    public bool Is(string defect) => name == defect;

    /// <summary>The journal's store, perhaps without one of its guards.</summary>
    public IJournalStore Of(IJournalStore store) =>
        name is SkipTheVersionGuard or ForgetWhatWasSeen or ForgetTheJournal ? new CarelessStore(store, this) : store;

    /// <summary>The decision, perhaps a wrong one.</summary>
    public Decision<TData> Decide<TData>(StepSaga<TData> definition, SagaState<TData>? state, ISagaMessage message, Circumstances circumstances, DateTimeOffset? deadline)
        where TData : SagaData
    {
        if (Is(TakeAStaleDeadline) && message is DeadlineReached late && deadline > late.Deadline)
            circumstances = circumstances with { Now = deadline.Value };
        if (Is(ForgetTheUndosOfASilentStep))
            circumstances = circumstances with { Silent = circumstances.Silent.Where(one => definition.Table.Steps.All(step => step.Undo != one.Key)).ToDictionary() };
        if (Is(CancelAfterThePivot) && state is not null && message is ICancellation && definition.Table.Pivot is { } pivot)
            state = Without(state, step => step == definition.Table.Steps[pivot].Name);

        var decision = Decider.Decide(definition, state, message, circumstances);
        if (Is(CompensateOnlyKnownSuccesses) && state is { Data.Refused: null } && decision.State.Data.Refused is not null)
        {
            var known = Without(state, step => decision.Outgoing.Any(sent => sent.IsUndo && sent.Step == step)
                && state.Data.Steps[step].Status is StepStatus.Sent or StepStatus.Uncertain);
            decision = Decider.Decide(definition, known, message, circumstances);
        }

        var data = decision.State.Data;
        if (Is(ResetTheAttempts))
            data = data with { Steps = data.Steps.ToImmutableSortedDictionary(step => step.Key, step => step.Value with { Forgiven = step.Value.Attempts }) };
        if (Is(SuspendWithoutAReason) && data.Suspended is { } suspended)
            data = data with { Suspended = suspended with { Reason = "" } };
        return decision with
        {
            State = decision.State with { Data = data },
            Outgoing = [.. decision.Outgoing.Where(sent => !Is(ForgetTheEnd) || sent.Queue is not null)],
            Deadline = Is(ForgetTheDeadline) ? decision.Deadline + TimeSpan.FromDays(100) : decision.Deadline,
        };
    }

    static SagaState<TData> Without<TData>(SagaState<TData> state, Func<string, bool> step)
        where TData : SagaData => state with { Data = state.Data with { Steps = state.Data.Steps.RemoveRange(state.Data.Steps.Keys.Where(step)) } };

    sealed class CarelessStore(IJournalStore store, Defect defect) : IJournalStore
    {
        public Database Database => store.Database;

        public async Task<IReadOnlyList<Loaded>> Load(IReadOnlyList<LoadRequest> requests, CancellationToken cancellationToken)
        {
            var loaded = await store.Load(requests, cancellationToken);
            return defect.Is(ForgetWhatWasSeen) ? [.. loaded.Select(one => one with { Seen = null })] : loaded;
        }

        public async Task<IReadOnlyList<bool>> Commit(IReadOnlyList<Turn> turns, CancellationToken cancellationToken)
        {
            if (defect.Is(SkipTheVersionGuard))
                turns = await Moved(turns, cancellationToken);
            var written = await store.Commit(turns, cancellationToken);
            if (defect.Is(ForgetTheJournal))
            {
                foreach (var row in turns.SelectMany(turn => turn.Transitions).Where(row => row.Seq > 2))
                {
                    await Database.Write(
                        sql => sql.Execute("DELETE FROM journal WHERE kind = @kind AND saga_id = @id AND seq = @seq", ("kind", row.Kind), ("id", row.SagaId), ("seq", row.Seq)),
                        cancellationToken);
                }
            }

            return written;
        }

        public Task<DateTimeOffset> Now(CancellationToken cancellationToken) => store.Now(cancellationToken);

        public bool IsOutage(Exception exception) => store.IsOutage(exception);

        async Task<IReadOnlyList<Turn>> Moved(IReadOnlyList<Turn> turns, CancellationToken cancellationToken)
        {
            var stored = await store.Load(
                [.. turns.Select(turn => new LoadRequest(turn.Saga.Kind, turn.Saga.Id, turn.Saga.LastMessageId))], cancellationToken);
            return [.. turns.Zip(stored, (turn, now) => now.Saga is null ? turn : turn with
            {
                Before = now.Saga,
                Saga = turn.Saga with { Version = now.Saga.Version + turn.Transitions.Count },
                Transitions = [.. turn.Transitions.Select((row, i) => row with { Seq = now.Saga.Version + 1 + i })],
            })];
        }
    }
}
