using System.Collections.Concurrent;
using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.Journal;

namespace Orchestrator.Local.Embedded;

/// <summary>Notices messages that nobody could handle: without a broker's dead letters, their orders would wait for ever.</summary>
public sealed class FaultWatch(OrdersInFlight inFlight) : IReceiveObserver
{
    static readonly AlreadyTold Told = new();

    readonly ConcurrentDictionary<Guid, string> _stuck = new();
    readonly TaskCompletionSource<string> _breakdown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The orders that will not end by themselves, each with a sentence that says why.</summary>
    public IReadOnlyDictionary<Guid, string> Stuck => _stuck;

    /// <summary>Completes with a sentence about a message of which nobody can say what waits for it.</summary>
    public Task<string> Breakdown => _breakdown.Task;

    /// <summary>Notes an order whose rows in the journal can't be read.</summary>
    public void Unreadable(Guid orderId, string problem) => _stuck.TryAdd(orderId, $"the journal of order {orderId} could not be read: {problem}");

    /// <inheritdoc />
    public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

    /// <inheritdoc />
    public Task PostReceive(ReceiveContext context) => Task.CompletedTask;

    /// <inheritdoc />
    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class => Task.CompletedTask;

    /// <inheritdoc />
    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class
    {
        var fault = $"could not be handled: {exception.GetBaseException().Message}";
        if (context.Message is ISagaMessage { SagaId: var orderId })
        {
            _stuck.TryAdd(orderId, $"{typeof(T).Name} {context.MessageId} of order {orderId} {fault}");
            inFlight.Leave(orderId);
        }
        else
            _breakdown.TrySetResult($"{typeof(T).Name} {context.MessageId} {fault}");

        context.ReceiveContext.AddOrUpdatePayload(() => Told, _ => Told);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task ReceiveFault(ReceiveContext context, Exception exception)
    {
        if (context.TryGetPayload<Delivery>(out var delivery))
        {
            _stuck.TryAdd(
                delivery.SagaId,
                $"{delivery.Envelope.MessageType} {delivery.Envelope.MessageId} of order {delivery.SagaId} could not be handled: {exception.GetBaseException().Message}");
            inFlight.Leave(delivery.SagaId);
        }
        else if (!context.HasPayloadType(typeof(AlreadyTold)))
            _breakdown.TrySetResult($"a message in {context.InputAddress.AbsolutePath} could not be handled: {exception.GetBaseException().Message}");
        return Task.CompletedTask;
    }

    /// <summary>Marks a message whose fault a consumer has told.</summary>
    sealed class AlreadyTold;
}
