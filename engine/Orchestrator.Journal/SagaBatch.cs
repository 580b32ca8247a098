using Orchestrator.Contracts;

namespace Orchestrator.Journal;

/// <summary>Decides on messages of one saga, one after the other, and gathers what they change for one commit.</summary>
sealed class SagaBatch
{
    readonly SagaRow? _before;
    readonly List<JournalRow> _transitions = [];
    readonly List<(WaitingMessage Message, IReadOnlyList<OutgoingEnvelope> Outgoing)> _outcomes = [];
    SagaRow? _saga;
    string? _uniqueKey;

    /// <summary>Begins with a saga as it was loaded, or with null for a saga that does not exist yet.</summary>
    public SagaBatch(SagaRow? saga) => _before = _saga = saga;

    /// <summary>What is to be written; absent when no message made a transition.</summary>
    public SagaWrite? Write => _transitions.Count == 0 ? null : new SagaWrite(_saga!, _transitions, _before, _uniqueKey);

    /// <summary>Decides a message on the state in which the message before it left the saga.</summary>
    /// <returns>True when the next message may be decided; false when this one must start again after the changes are written.</returns>
    public bool Decide(WaitingMessage message, Loaded loaded)
    {
        if (!message.Begin())
            return true;
        try
        {
            LeaveToOthers(message, loaded.Saga);
            if (loaded.Seen is not { } seen)
            {
                Decide(message, loaded with { Saga = _saga }, message.Decide);
                return true;
            }

            if (seen.MessageType != message.Envelope.MessageType && message.JournalId == message.Envelope.MessageId)
            {
                message.SetApart();
                return false;
            }

            var recorded = SeenBefore(seen, message);
            // After the first try, the row may be of this process: it was written by a commit whose answer was lost.
            var isAgain = message.IsRedelivery || message.Tries > 1;
            _outcomes.Add((message, isAgain ? SagaJournal.StillOfUse(message.Kind, loaded.Saga!, recorded) : []));
        }
#pragma warning disable CA1031 // The exception goes to the caller that waits for the message.
        catch (Exception e)
#pragma warning restore CA1031
        {
            // It may have failed on changes that are not written yet. Then it is decided again after they are written.
            if (_transitions.Count > 0)
                return false;
            message.Fail(e);
        }

        return true;
    }

    /// <summary>Gives each message what is to be sent for it. Called once all is written.</summary>
    public void Succeed()
    {
        foreach (var (message, outgoing) in _outcomes)
            message.Succeed(outgoing);
    }

    void Decide(WaitingMessage message, Loaded loaded, Func<Loaded, SagaChange> decide)
    {
        var change = decide(loaded);
        if (change.IsRecorded)
        {
            _uniqueKey ??= message.UniqueKey = change.UniqueKey;
            _saga = SagaAfter(message, loaded, change);
            _transitions.Add(RowOf(message, loaded, change, _saga));
        }

        _outcomes.Add((message, change.Outgoing));
    }

    // While versions run side by side, an older replica may attempt a step that this one does not have. That can happen after this replica
    // checked the sagas at its start.
    static void LeaveToOthers(WaitingMessage message, SagaRow? saga)
    {
        var (kind, ours) = (message.Kind, message.Kind.DefinitionVersion);
        if (saga is not null && saga.DefinitionVersion > ours)
            throw new NewerDefinitionException(kind.Name, message.SagaId, saga.DefinitionVersion, ours);
        if (saga is { CompletedAt: null } && saga.DefinitionVersion < ours && kind.RemovedStepOf(saga) is { } step)
            throw new RemovedStepException(kind.Name, message.SagaId, step, ours);
    }

    static IReadOnlyList<OutgoingEnvelope> SeenBefore(JournalRow seen, WaitingMessage message) =>
        Envelope.FromJson(seen.Event).SaysTheSameAs(message.Envelope, message.Kind.MessageType(seen.MessageType))
            ? OutgoingEnvelope.FromJson(seen.Outgoing)
            : throw new RejectedMessageException(
                $"{message.Envelope.MessageType} {message.Envelope.MessageId} differs from the {seen.MessageType} of the same message id "
                + $"that {seen.Kind} {seen.SagaId} has seen as its transition {seen.Seq}");

    static SagaRow SagaAfter(WaitingMessage message, Loaded loaded, SagaChange change)
    {
        var (before, now) = (loaded.Saga, loaded.Now);
        var ours = message.Kind.DefinitionVersion;
        // A saga that has ended and stays ended keeps the version that knows all of its steps: a late success of a removed step may still
        // come.
        var stays = before is { CompletedAt: not null } && change.IsTerminal && before.DefinitionVersion < ours
            && message.Kind.RemovedStepOf(before) is not null;
        return new SagaRow(
            message.Kind.Name, message.SagaId, change.BusinessKey, change.State, change.Step, (before?.Version ?? 0) + 1, message.JournalId,
            stays ? before!.DefinitionVersion : ours, change.Data, change.Deadline, before?.CreatedAt ?? now, now,
            change.IsTerminal ? before?.CompletedAt ?? now : null, before?.TraceParent ?? message.Cause.TraceParent);
    }

    static JournalRow RowOf(WaitingMessage message, Loaded loaded, SagaChange change, SagaRow saga) => new(
        saga.Kind, saga.Id, saga.Version, message.JournalId, message.Envelope.MessageType, message.Envelope.ToJson(),
        change.FromState, change.ToState, OutgoingEnvelope.ToJson(change.Outgoing), message.Kind.DefinitionVersion,
        message.Cause.Actor, Cause.TraceId(saga.TraceParent), loaded.Now, change.Remark);
}
