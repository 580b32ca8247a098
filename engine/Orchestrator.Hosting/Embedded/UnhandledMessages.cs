using System.Collections.Concurrent;
using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.Journal;

namespace Orchestrator.Hosting.Embedded;

/// <summary>
/// Notes messages that could not be handled. Without a broker there are no dead letters, and the sagas of these messages would wait for
/// ever.
/// </summary>
public sealed class UnhandledMessages(TimeProvider time) : IReceiveObserver
{
    static readonly AlreadyTold Told = new();

    readonly ConcurrentDictionary<Guid, StuckSaga> _stuck = new();
    readonly TaskCompletionSource<string> _breakdown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _underWay;
    long _lastReceived = time.GetTimestamp();

    /// <summary>Raised when a saga will not continue before the next start.</summary>
    public event Action<StuckSaga>? SagaStuck;

    /// <summary>The sagas that will not continue before the next start, by their ids.</summary>
    public IReadOnlyDictionary<Guid, StuckSaga> Stuck => _stuck;

    /// <summary>Completes with a sentence about a message that belongs to no known saga.</summary>
    public Task<string> Breakdown => _breakdown.Task;

    /// <summary>How long no message has been handled or received.</summary>
    public TimeSpan QuietFor => Volatile.Read(ref _underWay) > 0 ? TimeSpan.Zero : time.GetElapsedTime(Volatile.Read(ref _lastReceived));

    /// <summary>Notes a saga whose rows in the journal can't be read.</summary>
    public void Unreadable(Guid saga, string problem) => Add(new("the journal", saga, $"could not be read: {problem}"));

    /// <inheritdoc />
    public Task PreReceive(ReceiveContext context)
    {
        Interlocked.Increment(ref _underWay);
        context.AddOrUpdatePayload(() => new UnderWay(), known => known);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task PostReceive(ReceiveContext context)
    {
        Done(context);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class => Task.CompletedTask;

    /// <inheritdoc />
    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class
    {
        var (what, problem) = ($"{typeof(T).Name} {context.MessageId}", $"could not be handled: {exception.GetBaseException().Message}");
        if (context.Message is ISagaMessage { SagaId: var saga })
            Add(new(what, saga, problem));
        else
            _breakdown.TrySetResult($"{what} {problem}");
        context.ReceiveContext.AddOrUpdatePayload(() => Told, _ => Told);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task ReceiveFault(ReceiveContext context, Exception exception)
    {
        if (context.TryGetPayload<Delivery>(out var delivery))
        {
            Add(new(
                $"{delivery.Envelope.MessageType} {delivery.Envelope.MessageId}", delivery.SagaId,
                $"could not be handled: {exception.GetBaseException().Message}"));
        }
        else if (!context.HasPayloadType(typeof(AlreadyTold)))
            _breakdown.TrySetResult(
                $"a message in {context.InputAddress.AbsolutePath} could not be handled: {exception.GetBaseException().Message}");
        Done(context);
        return Task.CompletedTask;
    }

    void Add(StuckSaga stuck)
    {
        _stuck.TryAdd(stuck.Saga, stuck);
        SagaStuck?.Invoke(stuck);
    }

    // MassTransit reports a failed message twice: as failed and as received.
    void Done(ReceiveContext context)
    {
        if (!context.TryGetPayload<UnderWay>(out var message) || !message.Ends())
            return;
        Volatile.Write(ref _lastReceived, time.GetTimestamp());
        Interlocked.Decrement(ref _underWay);
    }

    /// <summary>A message that is being handled.</summary>
    sealed class UnderWay
    {
        int _hasEnded;

        public bool Ends() => Interlocked.Exchange(ref _hasEnded, 1) == 0;
    }

    /// <summary>Marks a message whose fault a consumer has already reported.</summary>
    sealed class AlreadyTold;
}

/// <summary>Why a saga will not continue by itself.</summary>
/// <param name="What">The message that failed, or another cause.</param>
/// <param name="Saga">The saga's id.</param>
/// <param name="Problem">The rest of the sentence.</param>
public sealed record StuckSaga(string What, Guid Saga, string Problem)
{
    /// <summary>The reason, as a sentence without a full stop.</summary>
    /// <param name="noun">The application's word for such a saga.</param>
    public string Sentence(string noun) => $"{What} of {noun} {Saga} {Problem}";
}
