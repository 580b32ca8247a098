using Orchestrator.Contracts;

namespace Orchestrator.Journal;

/// <summary>A message that waits in its saga's line.</summary>
sealed class WaitingMessage
{
    // A variant of UUIDs that no sender makes (RFC 9562, section 4.1).
    const int Reserved = 0b1110;

    readonly Delivery _delivery;
    readonly Func<Loaded, SagaChange> _decide;
    readonly CancellationToken _cancellationToken;
    readonly ExecutionContext? _sender = ExecutionContext.Capture();
    readonly TaskCompletionSource<IReadOnlyList<OutgoingEnvelope>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly CancellationTokenRegistration _registration;
    int _stage = Stage.Waits;

    public WaitingMessage(Delivery delivery, Func<Loaded, SagaChange> decide, CancellationToken cancellationToken)
    {
        (_delivery, _decide, _cancellationToken) = (delivery, decide, cancellationToken);
        JournalId = Envelope.MessageId.Variant < Reserved ? Envelope.MessageId : Apart(Envelope);
        _registration = cancellationToken.UnsafeRegister(static message => ((WaitingMessage)message!).GiveUp(), this);
    }

    public ISagaKind Kind => _delivery.Kind;

    public Guid SagaId => _delivery.SagaId;

    public Envelope Envelope => _delivery.Envelope;

    public Cause Cause => _delivery.Cause;

    public bool IsRedelivery => _delivery.IsRedelivery;

    /// <summary>
    /// The message's id in the journal. It is its own id, unless the saga has seen a message of another type under that id: then it is an
    /// id that derives from both. Senders choose their ids, and no sender must be able to take the id of another sender's message. So a
    /// message that comes with an id of the derived form also gets an id that derives from its own.
    /// </summary>
    public Guid JournalId { get; private set; }

    public LoadRequest Request => new(Kind.Name, SagaId, JournalId, UniqueKey);

    /// <summary>The business key with which it would start a saga. The next try loads the saga that may have the key already.</summary>
    public string? UniqueKey { get; set; }

    /// <summary>Gives it an id that derives from its type and its id, because a message of another type has its id.</summary>
    public void SetApart() => JournalId = Apart(Envelope);

    /// <summary>What is to be sent before it is acknowledged.</summary>
    public Task<IReadOnlyList<OutgoingEnvelope>> Answer => _answer.Task;

    /// <summary>How often a batch has begun with it.</summary>
    public int Tries { get; private set; }

    /// <summary>Its batch begins.</summary>
    /// <returns>True when its caller still waits. From then on the caller waits until the message is answered.</returns>
    public bool Begin()
    {
        if (Interlocked.CompareExchange(ref _stage, Stage.HasBegun, Stage.Waits) != Stage.Waits)
            return false;
        Tries++;
        return true;
    }

    /// <summary>Waits for another batch.</summary>
    /// <returns>True when the message has no answer yet and its caller still waits.</returns>
    public bool StartAgain()
    {
        _ = Interlocked.CompareExchange(ref _stage, Stage.Waits, Stage.HasBegun);
        if (_cancellationToken.IsCancellationRequested)
            GiveUp();
        return Volatile.Read(ref _stage) == Stage.Waits;
    }

    /// <summary>Decides the message in the trace and the log scopes of its caller.</summary>
    public SagaChange Decide(Loaded loaded)
    {
        if (_sender is null)
            return _decide(loaded);
        SagaChange? change = null;
        ExecutionContext.Run(_sender, _ => change = _decide(loaded), null);
        return change!;
    }

    public void Succeed(IReadOnlyList<OutgoingEnvelope> outgoing)
    {
        End();
        _answer.TrySetResult(outgoing);
    }

    public void Fail(Exception exception)
    {
        End();
        _answer.TrySetException(exception);
    }

    static Guid Apart(Envelope envelope)
    {
        var id = DerivedId.From(envelope.MessageType, envelope.MessageId.ToString()).ToByteArray(bigEndian: true);
        id[8] |= Reserved << 4;
        return new Guid(id, bigEndian: true);
    }

    void End()
    {
        Volatile.Write(ref _stage, Stage.HasEnded);
        _registration.Dispose();
    }

    void GiveUp()
    {
        if (Interlocked.CompareExchange(ref _stage, Stage.HasEnded, Stage.Waits) == Stage.Waits)
            _answer.TrySetCanceled(_cancellationToken);
    }

    static class Stage
    {
        public const int Waits = 0, HasBegun = 1, HasEnded = 2;
    }
}
